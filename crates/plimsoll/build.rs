//! Tells the tests what is at hand here, so that those that need more are listed as ignored: a browser's driver,
//! hledger, beancount, the data that may not ship, the right to run a process as another user, the right to mount a small disk.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(plimsoll_data)");
    println!("cargo::rerun-if-env-changed=PLIMSOLL_DATA");
    if std::env::var_os("PLIMSOLL_DATA").is_some() {
        println!("cargo::rustc-cfg=plimsoll_data");
    }
    let tools = ["chromedriver", "hledger", "beancount"].map(|name| (name, is_told(name)));
    for (name, at_hand) in tools.into_iter().chain([("other_user", other_user()), ("small_disk", small_disk())]) {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if at_hand {
            println!("cargo::rustc-cfg={name}");
        }
    }
}

/// Whether `scripts/install-test-tools` told where a tool is.
fn is_told(tool: &str) -> bool {
    let variable = format!("PLIMSOLL_{}", tool.to_uppercase());
    println!("cargo::rerun-if-env-changed={variable}");
    std::env::var_os(variable).is_some_and(|path| !path.is_empty())
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|ended| ended.status.success())
}

fn other_user() -> bool {
    succeeds(Command::new("setpriv").args(["--reuid=65534", "--regid=65534", "--clear-groups", "true"]))
}

fn small_disk() -> bool {
    let Some(place) = std::env::var_os("OUT_DIR").map(|dir| Path::new(&dir).join("small-disk")) else { return false };
    let made = std::fs::create_dir_all(&place).is_ok();
    made && succeeds(Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&place))
        && succeeds(Command::new("umount").arg(&place))
}
