//! Rust's standard library for the browser: from rustup or, on a Debian machine where rustup can
//! fetch nothing, compiled from the library source that Debian packages.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{apt_install, wasm_opt_folder};
use crate::process::{answer, run_visible};
use crate::workspace::{Workspace, variable};

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_PACKAGES: &[&str] =
    &["rustc-web", "cargo-web", "rust-web-clippy", "rust-web-src", "lld-22"];

pub(super) fn is_present() -> bool {
    rustup_has_target() || debian_has_source()
}

pub(super) fn install(workspace: &Workspace) -> Result<()> {
    run_visible(workspace.command("rustup").args(["target", "add", TARGET]))
        .or_else(|_| apt_install(workspace, DEBIAN_PACKAGES))
}

/// Gives a command that builds for the browser its build folder, the tools in `PATH` and, where
/// the standard library comes from Debian, what makes cargo build it.
pub fn prepare_wasm_build(workspace: &Workspace, command: &mut Command) {
    let mut path = vec![wasm_opt_folder(workspace)];
    if !rustup_has_target() {
        path.insert(0, PathBuf::from("/usr/bin"));
        command
            // Debian's compiler is a stable one, and building the standard library is not stable.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker());
    }
    let inherited = variable("PATH").unwrap_or_default();
    path.extend(std::env::split_paths(&inherited));
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    command.env("CARGO_TARGET_DIR", &workspace.wasm_target);
}

fn rustup_has_target() -> bool {
    sysroot().is_some_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn debian_has_source() -> bool {
    let compiler = answer(Command::new("/usr/bin/rustc").args(["--print", "sysroot"]));
    compiler.is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust").exists())
        && Path::new("/usr/bin/cargo").is_file()
}

/// The rustup toolchain's own linker; Debian's otherwise.
fn linker() -> OsString {
    let own = sysroot().and_then(|sysroot| {
        let host = answer(Command::new("rustc").arg("-vV"))?
            .lines()
            .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))?;
        let linker = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
        linker.is_file().then_some(linker)
    });
    own.map_or_else(|| "wasm-ld-22".into(), PathBuf::into_os_string)
}

fn sysroot() -> Option<PathBuf> {
    answer(Command::new("rustc").args(["--print", "sysroot"])).map(PathBuf::from)
}
