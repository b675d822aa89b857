//! Tells the tests whether the data that may not ship is at hand, so that those without it are listed as ignored.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(plimsoll_data)");
    println!("cargo::rerun-if-env-changed=PLIMSOLL_DATA");
    if std::env::var_os("PLIMSOLL_DATA").is_some() {
        println!("cargo::rustc-cfg=plimsoll_data");
    }
}
