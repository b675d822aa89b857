//! Threads that nobody waits for.
//!
//! Promise: where the system can tell threads apart (Linux), such work runs when the threads that answer requests leave
//! room; elsewhere it runs like any other.

use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts such a thread.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        give_way();
        work()
    })
}

/// A pool of such threads, for what is cut into parts within.
///
/// # Errors
/// When the system gives no thread.
pub fn pool() -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new()
        .thread_name(|number| format!("later {number}"))
        .start_handler(|_| give_way())
        .build()
}

/// The thread that calls gives way to others from here on. Where that is refused, it runs as any other does.
pub fn give_way() {
    // To Linux, no process is the thread that calls; 19 is the least that one can ask for.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 19);
}
