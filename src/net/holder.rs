//! Who holds a port of this machine, where the system says so to this user: Linux does, in `/proc`.
//!
//! What must stay true: this only ever explains a failure. Whatever cannot be read means "not known", and the name is a
//! stranger's: whoever shows it makes it harmless first.
use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A process that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub pid: u32,
    pub name: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.pid)
    }
}

/// The process that listens on this port at one of these addresses.
pub fn holder_of(port: u16, addresses: &[IpAddr]) -> Option<Holder> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let inodes: Vec<String> = tables.iter().flat_map(|table| listening(table, port, addresses)).collect();
    if inodes.is_empty() {
        return None;
    }
    let sockets: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    let pids = fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let pid = pids.into_iter().find(|pid| has_one_of(*pid, &sockets))?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?.trim_end().to_owned();
    Some(Holder { pid, name })
}

fn has_one_of(pid: u32, sockets: &[String]) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    let mut links = open.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    links.any(|link| sockets.iter().any(|socket| link.as_os_str() == socket.as_str()))
}

/// The inodes of the sockets of a table that listen on the port, at an address that stands in the way of these.
fn listening(table: &str, port: u16, addresses: &[IpAddr]) -> Vec<String> {
    const LISTEN: &str = "0A";
    let inode = |line: &str| {
        let mut fields = line.split_whitespace();
        let (local, state) = (fields.nth(1)?, fields.nth(1)?);
        let (address, local_port) = local.split_once(':')?;
        let is_in_the_way = |held: IpAddr| held.is_unspecified() || addresses.contains(&held);
        let fits = state == LISTEN
            && u16::from_str_radix(local_port, 16) == Ok(port)
            && address_of(address).is_some_and(is_in_the_way);
        // Five more fields between the state and the inode: queues, timer, retransmissions, user, time-out.
        fits.then(|| fields.nth(5).map(str::to_owned)).flatten()
    };
    table.lines().skip(1).filter_map(inode).collect()
}

/// An address as the kernel prints it: words of four bytes, each in the machine's own order.
fn address_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| Some(u32::from_str_radix(hex.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    match hex.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            let bytes: Vec<u8> = words.into_iter().flatten().collect();
            Some(IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_port_of_this_process_is_known_to_be_its_own() {
        for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
            let held = TcpListener::bind((address, 0)).unwrap();
            let port = held.local_addr().unwrap().port();
            let holder = holder_of(port, &[address]).unwrap();
            assert_eq!(holder.pid, std::process::id());
            assert!(!holder.name.is_empty() && holder.to_string().contains(&format!("(process {})", holder.pid)));
        }
    }

    #[test]
    fn only_a_listener_at_an_address_in_the_way_counts() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1\n\
            1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1\n\
            2: 0200007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1\n\
            3: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 444 1\n\
            4: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 555 1\n\
            5: broken\n";
        if cfg!(target_endian = "little") {
            assert_eq!(listening(table, 8080, &[IpAddr::V4(Ipv4Addr::LOCALHOST)]), ["111", "222"]);
        }
    }
}
