//! Tells the tests whether a browser's driver is at hand, so that those without it are listed as ignored.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(chromedriver)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PLIMSOLL_CHROMEDRIVER");
    if std::env::var_os("PLIMSOLL_CHROMEDRIVER").is_some_and(|path| !path.is_empty()) {
        println!("cargo::rustc-cfg=chromedriver");
    }
}
