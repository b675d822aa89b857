//! The machine that figures were measured on.

use std::fs::read_to_string;

/// Its processor, as the system calls it.
pub fn processor() -> String {
    let text = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or(std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

/// Its cores, as far as this process may use them.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

/// Its memory in MB (10⁶ bytes); 0 where the system does not tell.
pub fn memory_mb() -> u64 {
    let text = read_to_string("/proc/meminfo").unwrap_or_default();
    let kib =
        text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024 / 1_000_000
}

/// Processor, cores, memory and system in one line.
pub fn told() -> String {
    format!("{}, {} cores, {} MB, {}", processor(), cores(), memory_mb(), std::env::consts::OS)
}
