//! Names of mailboxes, as IMAP writes what is not ASCII (RFC 3501, section 5.1.3: modified UTF-7).
use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;

const BASE: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A name as it goes over the wire.
pub(super) fn encoded(name: &str) -> String {
    let mut out = String::new();
    let mut run: Vec<u8> = Vec::new();
    let end = |run: &mut Vec<u8>, out: &mut String| {
        if !run.is_empty() {
            out.push_str(&format!("&{}-", BASE.encode(&*run)));
            run.clear();
        }
    };
    for c in name.chars() {
        match c {
            ' '..='~' => {
                end(&mut run, &mut out);
                out.push(c);
                if c == '&' {
                    out.push('-');
                }
            }
            other => {
                let mut units = [0u16; 2];
                other.encode_utf16(&mut units).iter().for_each(|unit| run.extend_from_slice(&unit.to_be_bytes()));
            }
        }
    }
    end(&mut run, &mut out);
    out
}

/// A name as people read it; one that is not written as it should be stays as it is.
pub(super) fn decoded(name: &str) -> String {
    try_decoded(name).unwrap_or_else(|| name.to_owned())
}

fn try_decoded(name: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (coded, tail) = after.split_once('-')?;
        match coded {
            "" => out.push('&'),
            coded => {
                let bytes = BASE.decode(coded).ok()?;
                let units = bytes.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).map(u16::from_be_bytes).ok());
                let units: Option<Vec<u16>> = units.collect();
                out.push_str(&String::from_utf16(&units?).ok()?);
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_the_rfc_shows() {
        for (name, written) in [
            ("INBOX", "INBOX"),
            ("A&B", "A&-B"),
            // The RFC's own example.
            ("~peter/mail/\u{53f0}\u{5317}/\u{65e5}\u{672c}\u{8a9e}", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Odeslan\u{e1} po\u{161}ta", "Odeslan&AOE- po&AWE-ta"),
            ("\u{1f600}", "&2D3eAA-"),
        ] {
            assert_eq!(encoded(name), written);
            assert_eq!(decoded(written), name);
        }
        for broken in ["&", "&abc", "&A-", "&!!-"] {
            assert_eq!(decoded(broken), broken);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_name_comes_back(name in "\\PC{0,20}") {
            proptest::prop_assert_eq!(decoded(&encoded(&name)), name);
        }
    }
}
