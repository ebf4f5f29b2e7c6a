//! Which file systems a store is not written on: where a lock of one machine says nothing to another.
//!
//! What must stay true: reading is allowed everywhere, because a reader takes no lock.
use crate::store::error::{Error, Result};
use std::path::Path;

/// The magic numbers of statfs(2) for file systems that live on another machine.
const NETWORK: &[(u64, &str)] = &[
    (0x6969, "nfs"),
    (0x517b, "smb"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb2"),
    (0x564c, "ncp"),
    (0x5346_414f, "afs"),
    (0x6b41_4653, "afs"),
    (0x7375_7245, "coda"),
    (0x0102_1997, "9p"),
    (0x00c3_6400, "ceph"),
    (0x0bd0_0bd0, "lustre"),
    (0x4750_4653, "gpfs"),
    (0x0116_1970, "gfs2"),
    (0x7461_636f, "ocfs2"),
];

/// Refuses to write a store on a network file system, by name.
pub fn refuse(dir: &Path) -> Result<()> {
    // A system that does not say what it is gets the benefit of the doubt, as before there was the question.
    let Ok(found) = rustix::fs::statfs(dir) else { return Ok(()) };
    match kind(found.f_type as u64) {
        Some(kind) => Err(Error::NetworkFileSystem { dir: dir.to_owned(), kind }),
        None => Ok(()),
    }
}

/// The magic is 32 bits wide; where the field is wider and signed, the upper half repeats the sign.
fn kind(magic: u64) -> Option<&'static str> {
    let magic = magic & u64::from(u32::MAX);
    NETWORK.iter().find(|(number, _)| *number == magic).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_name_and_local_ones_pass() {
        assert_eq!(kind(0x6969), Some("nfs"));
        assert_eq!(kind(0xff53_4d42), Some("cifs"));
        assert_eq!(kind(0xffff_ffff_ff53_4d42), Some("cifs"), "a signed field");
        for local in [0xef53, 0x0102_1994, 0x9123_683e, 0x5846_5342, 0x794c_7630] {
            assert_eq!(kind(local), None, "ext4, tmpfs, btrfs, xfs, overlay");
        }
        let temp = tempfile::tempdir().unwrap();
        refuse(temp.path()).unwrap();
    }
}
