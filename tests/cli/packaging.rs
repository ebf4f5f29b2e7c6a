//! The Debian package, made and taken apart by Debian's own program.
use crate::support::peer::peer;
use crate::support::root;
use std::path::{Path, PathBuf};
use std::process::Command;

fn output(program: &Path, args: &[&str]) -> String {
    let run = Command::new(program).args(args).output().unwrap();
    assert!(run.status.success(), "{} {args:?}: {}", program.display(), String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

/// The package of a program, put into a directory.
fn package(binary: &Path, directory: &Path) -> PathBuf {
    let script = root().join("packaging/deb");
    // Packed lightly: how small it gets is no matter here.
    let run = Command::new(script).args([binary, directory]).env("SIESTA_PACKAGE_LEVEL", "1").output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap().trim().into()
}

#[test]
fn the_debian_package_has_everything_and_is_the_same_each_time() {
    let (Some(dpkg), Some(strip), Some(_)) = (peer("dpkg-deb"), peer("strip"), peer("git")) else { return };
    let temp = tempfile::tempdir().unwrap();
    let path = |name: &str| temp.path().join(name);
    // Without what only a debugger reads, which is most of it and takes long to pack.
    output(&strip, &["-o", path("siesta").to_str().unwrap(), env!("CARGO_BIN_EXE_siesta")]);
    let made = package(&path("siesta"), &path("first"));
    let made = made.to_str().unwrap();

    let listed = output(&dpkg, &["--contents", made]);
    for file in [
        "usr/bin/siesta",
        "usr/share/bash-completion/completions/siesta",
        "usr/share/zsh/vendor-completions/_siesta",
        "usr/share/fish/vendor_completions.d/siesta.fish",
        "usr/share/man/man1/siesta.1.gz",
        "usr/share/man/man1/siesta-limits-report.1.gz",
        "usr/lib/systemd/system/",
        "usr/share/doc/siesta/licences.txt",
        "usr/share/doc/siesta/SECURITY.md",
    ] {
        assert!(listed.contains(&format!("./{file}")), "{file} is not in it:\n{listed}");
    }
    assert!(listed.lines().all(|line| line.contains(" root/root ")), "{listed}");
    let maintainer = output(&dpkg, &["--field", made, "Maintainer"]);
    assert!(maintainer.contains('@') && !maintainer.contains("localhost"), "{maintainer}");

    let unpacked = path("unpacked");
    output(&dpkg, &["--extract", made, unpacked.to_str().unwrap()]);
    let said = output(&unpacked.join("usr/bin/siesta"), &["--version"]);
    assert_eq!(said.trim(), format!("siesta {}", env!("CARGO_PKG_VERSION")));

    // A small program tells as well whether the package is the same each time, and is packed at once.
    let small = path("small");
    std::fs::copy("/bin/true", &small).unwrap();
    let twice = ["one", "two"].map(|directory| std::fs::read(package(&small, &path(directory))).unwrap());
    assert!(twice[0] == twice[1]);
}
