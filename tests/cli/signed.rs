//! Approvals that are signed away from the store, with the real `ssh-keygen` at the other end.
use crate::support::office::Office;
use crate::support::peer::peer;
use serde_json::Value;
use sha2::{Digest, Sha256};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::public::{KeyData, SkEd25519};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SigningKey, SshSig};
use std::path::PathBuf;
use std::process::Command;

const WRITE: [&str; 8] =
    ["call", "notes", "http_post", "--arg", "path=notes", "--arg", "body={\"text\":\"hi\"}", "--agent"];

/// An office in which writing asks, and alice, an admin, signs with a key of hers.
struct Desk {
    office: Office,
    ssh_keygen: PathBuf,
}

impl Desk {
    fn new() -> Option<Desk> {
        let desk = Desk { ssh_keygen: peer("ssh-keygen")?, office: Office::with_notes() };
        desk.office.siesta(&["user", "add", "alice", "--role", "admin"]).succeeds();
        desk.office.siesta(&["user", "add", "bob"]).succeeds();
        for (name, kind) in [("alice", "ed25519"), ("bob", "ed25519"), ("spare", "ecdsa")] {
            desk.keygen(&["-q", "-t", kind, "-N", "", "-C", name, "-f", name]);
        }
        desk.office.siesta(&["user", "key", "add", "alice", "alice.pub"]).succeeds();
        Some(desk)
    }

    #[track_caller]
    fn keygen(&self, args: &[&str]) {
        let run = Command::new(&self.ssh_keygen).args(args).current_dir(self.office.home()).output().unwrap();
        assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    }

    /// A question that waits.
    #[track_caller]
    fn asked(&self) -> String {
        let asked = self.office.siesta(&[&WRITE[..], &["helper", "--json"]].concat()).ends_with(9).json();
        asked["executionId"].as_str().unwrap().to_owned()
    }

    /// The statement about it, signed by a key; what the signature is in.
    #[track_caller]
    fn signed(&self, id: &str, key: &str, namespace: &str) -> String {
        let file = format!("{id}.{key}.{namespace}");
        self.office.siesta(&["executions", "request", id, "--out", &file]).succeeds();
        self.sign(&file, key, namespace)
    }

    #[track_caller]
    fn sign(&self, file: &str, key: &str, namespace: &str) -> String {
        self.keygen(&["-q", "-Y", "sign", "-f", key, "-n", namespace, file]);
        format!("{file}.sig")
    }

    #[track_caller]
    fn refused(&self, id: &str, signature: &str, exit: i32, why: &str) {
        let run =
            self.office.siesta(&["executions", "approve", id, "--signature", signature, "--json"]).ends_with(exit);
        let error = run.json_error();
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(self.office.provider.count("POST", "/api/notes"), 0);
    }
}

const US: &str = "siesta-approval";

#[test]
fn whose_key_has_signed_approves_and_the_row_says_so() {
    let Some(desk) = Desk::new() else { return };
    let id = desk.asked();
    let signature = desk.signed(&id, "alice", US);
    let run = desk.office.siesta(&["executions", "approve", &id, "--signature", &signature]).succeeds();
    assert!(run.stderr.contains("signed by \"alice\""), "{}", run.stderr);
    assert_eq!(desk.office.provider.count("POST", "/api/notes"), 1);
    let rows = desk.office.siesta(&["audit", "list", "--action", "execution.approve", "--json"]).succeeds().json();
    let row = &rows["rows"][0];
    assert_eq!((&row["actor"], &row["actorProof"]), (&"user:alice".into(), &"signed".into()));
    let change =
        |name: &str| row["changes"].as_array().unwrap().iter().find(|c| c["property"] == name).unwrap().clone();
    assert_eq!(change("handedInBy")["new"], "user:mara");
    assert!(change("key")["new"].as_str().unwrap().starts_with("SHA256:"));
    // Stock ssh-keygen agrees about what the row keeps.
    let allowed = desk.office.path("allowed");
    let public = std::fs::read_to_string(desk.office.path("alice.pub")).unwrap();
    std::fs::write(&allowed, format!("alice {public}")).unwrap();
    std::fs::write(desk.office.path("kept.sig"), change("signature")["new"].as_str().unwrap()).unwrap();
    let statement = std::fs::File::open(desk.office.path(signature.trim_end_matches(".sig"))).unwrap();
    let verified = Command::new(&desk.ssh_keygen)
        .args(["-Y", "verify", "-f", "allowed", "-I", "alice", "-n", US, "-s", "kept.sig"])
        .current_dir(desk.office.home())
        .stdin(statement)
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
    // The same signature again opens nothing more, and not the next question of the same kind.
    desk.office.siesta(&["executions", "approve", &id, "--signature", &signature]).ends_with(7);
    let next = desk.asked();
    let again = desk.office.siesta(&["executions", "approve", &next, "--signature", &signature, "--json"]).ends_with(8);
    assert_eq!(again.json_error()["code"], "signature_refused");
    assert_eq!(desk.office.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn the_statement_is_what_the_specification_says_and_the_same_each_time() {
    let Some(desk) = Desk::new() else { return };
    let id = desk.asked();
    let first = desk.office.siesta(&["executions", "request", &id]).succeeds().stdout();
    assert_eq!(desk.office.siesta(&["executions", "request", &id]).succeeds().stdout(), first);
    let statement: Value = serde_json::from_str(&first).unwrap();
    let members: Vec<&String> = statement.as_object().unwrap().keys().collect();
    let expected = [
        "agent",
        "arguments",
        "bodySha256",
        "connection",
        "decision",
        "executionId",
        "expiresAt",
        "fingerprint",
        "method",
        "nonce",
        "policyVersion",
        "storeId",
        "type",
        "url",
        "user",
    ];
    assert_eq!(members, expected, "in the order of RFC 8785");
    assert_eq!((&statement["type"], &statement["executionId"]), (&"siesta.approval/1".into(), &id.as_str().into()));
    assert!(first.find("\n").is_none() && statement["nonce"].as_str().unwrap().len() == 32, "{first}");
    desk.office.siesta(&["executions", "reject", &id, "--reason", "no"]).succeeds();
    desk.office.siesta(&["executions", "request", &id]).ends_with(7);
}

#[test]
fn a_signature_that_is_not_about_this_request_by_a_key_that_may_approves_nothing() {
    let Some(desk) = Desk::new() else { return };
    let id = desk.asked();
    // An edited file.
    desk.office.siesta(&["executions", "request", &id, "--out", "edited"]).succeeds();
    let text = std::fs::read_to_string(desk.office.path("edited")).unwrap().replace("/api/notes", "/api/other");
    std::fs::write(desk.office.path("edited"), text).unwrap();
    desk.refused(&id, &desk.sign("edited", "alice", US), 8, "not about this request");
    // Signed for another purpose.
    desk.refused(&id, &desk.signed(&id, "alice", "git"), 8, "another purpose");
    // A key of nobody, and one of somebody who may not approve.
    desk.refused(&id, &desk.signed(&id, "bob", US), 8, "nobody's here");
    desk.office.siesta(&["user", "key", "add", "bob", "bob.pub"]).succeeds();
    let late = desk.signed(&id, "spare", US);
    desk.office.siesta(&["user", "key", "add", "alice", "spare.pub"]).succeeds();
    // Registered too late.
    desk.refused(&id, &late, 8, "registered after");
    let next = {
        desk.office.siesta(&["executions", "reject", &id, "--reason", "no"]).succeeds();
        desk.asked()
    };
    desk.refused(&next, &desk.signed(&next, "bob", US), 8, "not yours to answer");
    // A key that was taken away.
    let keys = desk.office.siesta(&["user", "key", "list", "alice", "--json"]).succeeds().json();
    let ed25519 = keys["keys"].as_array().unwrap().iter().find(|key| key["kind"] == "ssh-ed25519").unwrap().clone();
    let signature = desk.signed(&next, "alice", US);
    desk.office.siesta(&["user", "key", "remove", "alice", ed25519["fingerprint"].as_str().unwrap()]).succeeds();
    desk.refused(&next, &signature, 8, "nobody's here");
    // What is no signature at all.
    desk.refused(&next, "alice.pub", 2, "no signature");
    // The ecdsa key was there before the question, and may.
    let spare = desk.office.siesta(&["executions", "approve", &next, "--signature", &late.replace(&id, &next)]);
    assert_ne!(spare.code, Some(0), "there is no such file");
    desk.office.siesta(&["executions", "approve", &next, "--signature", &desk.signed(&next, "spare", US)]).succeeds();
    assert_eq!(desk.office.provider.count("POST", "/api/notes"), 1);
}

#[test]
fn a_signature_from_another_store_approves_nothing_here() {
    let (Some(here), Some(there)) = (Desk::new(), Desk::new()) else { return };
    // The same key is registered in both.
    let public = std::fs::read(here.office.path("alice.pub")).unwrap();
    std::fs::write(there.office.path("same.pub"), public).unwrap();
    there.office.siesta(&["user", "key", "add", "alice", "same.pub"]).succeeds();
    let (ours, theirs) = (here.asked(), there.asked());
    let file = there.office.siesta(&["executions", "request", &theirs]).succeeds().stdout();
    std::fs::write(here.office.path("theirs"), file).unwrap();
    here.refused(&ours, &here.sign("theirs", "alice", US), 8, "not about this request");
}

#[test]
fn with_signed_as_the_floor_only_a_signature_approves_and_anybody_who_may_rejects() {
    let Some(desk) = Desk::new() else { return };
    let before = desk.asked();
    desk.office.siesta(&["executions", "approve", &before, "--no-run"]).succeeds();
    desk.office.siesta(&["org", "set", "--approval-proof", "signed"]).succeeds();
    // What was approved without a signature is not approved any more.
    let redeem = [&WRITE[..], &["helper", "--approval", &before, "--json"]].concat();
    assert_eq!(desk.office.siesta(&redeem).ends_with(8).json()["reason"], "approval_cancelled");
    let id = desk.asked();
    let error = desk.office.siesta(&["executions", "approve", &id, "--json"]).ends_with(8).json_error();
    assert_eq!(error["code"], "signature_needed");
    desk.office.siesta(&["executions", "reject", &id, "--reason", "no"]).succeeds();
    let id = desk.asked();
    let signature = desk.signed(&id, "alice", US);
    desk.office.siesta(&["executions", "approve", &id, "--signature", &signature, "--no-run"]).succeeds();
    // A key that goes takes what it approved along.
    let keys = desk.office.siesta(&["user", "key", "list", "alice", "--json"]).succeeds().json();
    let key = keys["keys"][0]["fingerprint"].as_str().unwrap().to_owned();
    desk.office.siesta(&["user", "key", "remove", "alice", &key]).succeeds();
    let redeem = [&WRITE[..], &["helper", "--approval", &id, "--json"]].concat();
    assert_eq!(desk.office.siesta(&redeem).ends_with(8).json()["reason"], "approval_cancelled");
    assert_eq!(desk.office.provider.count("POST", "/api/notes"), 0);
}

#[test]
fn a_private_key_and_a_key_of_another_kind_are_not_registered() {
    let Some(desk) = Desk::new() else { return };
    let error = desk.office.siesta(&["user", "key", "add", "bob", "bob"]).ends_with(2);
    assert!(error.stderr.contains("private key") && !error.stderr.contains("BEGIN"), "{}", error.stderr);
    desk.keygen(&["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "rsa"]);
    assert!(desk.office.siesta(&["user", "key", "add", "bob", "rsa.pub"]).ends_with(2).stderr.contains("ed25519"));
    // One key is one person's.
    desk.office.siesta(&["user", "key", "add", "bob", "alice.pub"]).ends_with(7);
}

/// A security key as OpenSSH speaks to one (PROTOCOL.u2f): what it signs is not the message but the hash of what it is for,
/// whether it was touched, its counter, and the hash of the message.
struct SecurityKey(PrivateKey);

impl SecurityKey {
    const FOR: &str = "ssh:";

    fn new(seed: u8) -> SecurityKey {
        let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[seed; 32]));
        SecurityKey(PrivateKey::new(pair, "").unwrap())
    }

    fn public(&self) -> KeyData {
        let inside = self.0.public_key().key_data().ed25519().unwrap();
        KeyData::SkEd25519(SkEd25519::new(*inside, Self::FOR))
    }

    fn sign(&self, statement: &[u8], flags: u8) -> String {
        let said = SshSig::signed_data(US, HashAlg::Sha512, statement).unwrap();
        let trailer = [&[flags][..], &7u32.to_be_bytes()].concat();
        let asked = [&Sha256::digest(Self::FOR)[..], &trailer, &Sha256::digest(&said)[..]].concat();
        let bytes = [raw(&self.0, &asked), trailer].concat();
        let signature = Signature::new(Algorithm::SkEd25519, bytes).unwrap();
        let signature = SshSig::new(self.public(), US, HashAlg::Sha512, signature).unwrap();
        signature.to_pem(LineEnding::LF).unwrap()
    }
}

fn raw(key: &impl SigningKey, bytes: &[u8]) -> Vec<u8> {
    key.try_sign(bytes).unwrap().as_bytes().to_vec()
}

#[test]
fn a_security_key_approves_when_it_was_touched_and_not_when_it_only_lay_there() {
    let Some(desk) = Desk::new() else { return };
    let key = SecurityKey::new(7);
    let public = PublicKey::new(key.public(), "alice's").to_openssh().unwrap();
    std::fs::write(desk.office.path("touch.pub"), &public).unwrap();
    let added = desk.office.siesta(&["user", "key", "add", "alice", "touch.pub", "--json"]).succeeds().json();
    assert_eq!(added["key"]["kind"], "sk-ssh-ed25519@openssh.com");
    let id = desk.asked();
    let statement = desk.office.siesta(&["executions", "request", &id]).succeeds().stdout();
    for (name, flags) in [("untouched.sig", 0), ("touched.sig", 1)] {
        std::fs::write(desk.office.path(name), key.sign(statement.as_bytes(), flags)).unwrap();
    }
    // Stock ssh-keygen takes both, unless it is told to look.
    std::fs::write(desk.office.path("allowed"), format!("alice {public}\n")).unwrap();
    std::fs::write(desk.office.path("statement"), &statement).unwrap();
    for name in ["untouched.sig", "touched.sig"] {
        let verified = Command::new(&desk.ssh_keygen)
            .args(["-Y", "verify", "-f", "allowed", "-I", "alice", "-n", US, "-s", name])
            .current_dir(desk.office.home())
            .stdin(std::fs::File::open(desk.office.path("statement")).unwrap())
            .output()
            .unwrap();
        assert!(verified.status.success(), "{name}: {verified:?}");
    }
    desk.refused(&id, "untouched.sig", 8, "was not touched");
    desk.office.siesta(&["executions", "approve", &id, "--signature", "touched.sig"]).succeeds();
    assert_eq!(desk.office.provider.count("POST", "/api/notes"), 1);
    // A security key of the other kind is none of the three.
    let other = "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTY\
                 AAABBBIELQJ2DgvaX1yQlKFokfWM2suuaCFI2qp0eJodHyg6O4ifxc3XpRKd1OS8dNYQtE/YjdXSrA+AOnMF5ns2Nkx4AAAAEc3NoOg== x";
    std::fs::write(desk.office.path("other.pub"), other).unwrap();
    let refused = desk.office.siesta(&["user", "key", "add", "bob", "other.pub"]).ends_with(2);
    assert!(refused.stderr.contains("sk-ed25519"), "{}", refused.stderr);
}
