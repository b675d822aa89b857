//! TLS of the server: spoken with a certificate that this test makes, and told by the file where one is not right.

use crate::server::{Server, new_business};
use crate::shop::run;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

/// A certificate of `localhost` that signs itself, and its key.
struct Made {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// One value of DER: its tag, its length, its parts.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut value = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short @ ..=127) => value.push(short),
        Ok(long) => value.extend([0x81, long]),
        Err(_) => value.extend([&[0x82][..], &u16::try_from(content.len()).unwrap().to_be_bytes()].concat()),
    }
    value.extend(content);
    value
}

/// An X.509 certificate, version 3 (RFC 5280, 4.1), signed by ECDSA over P-256.
fn made() -> Made {
    const SEQUENCE: u8 = 0x30;
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap().as_ref().to_vec();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key, &random).unwrap();
    let object = |bytes: &[u8]| der(0x06, &[bytes]);
    let signed_by = der(SEQUENCE, &[&object(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])]);
    let common_name = der(SEQUENCE, &[&object(&[0x55, 0x04, 0x03]), &der(0x0c, &[b"localhost"])]);
    let name = der(SEQUENCE, &[&der(0x31, &[&common_name])]);
    let valid = der(SEQUENCE, &[&der(0x17, &[b"200101000000Z"]), &der(0x18, &[b"21000101000000Z"])]);
    let of_curve = [
        object(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
        object(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
    ];
    let public = der(0x03, &[&[0], pair.public_key().as_ref()]);
    let public = der(SEQUENCE, &[&der(SEQUENCE, &[&of_curve[0], &of_curve[1]]), &public]);
    let names = der(0x04, &[&der(SEQUENCE, &[&der(0x82, &[b"localhost"])])]);
    let names = der(SEQUENCE, &[&object(&[0x55, 0x1d, 0x11]), &names]);
    let extensions = der(0xa3, &[&der(SEQUENCE, &[&names])]);
    let version = der(0xa0, &[&der(0x02, &[&[2]])]);
    let serial = der(0x02, &[&[1]]);
    let body = der(SEQUENCE, &[&version, &serial, &signed_by, &name, &valid, &name, &public, &extensions]);
    let signature = pair.sign(&random, &body).unwrap();
    let certificate = der(SEQUENCE, &[&body, &signed_by, &der(0x03, &[&[0], signature.as_ref()])]);
    Made { certificate, key }
}

fn pem(kind: &str, content: &[u8]) -> String {
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", STANDARD.encode(content))
}

impl Made {
    /// Writes both files.
    fn lay(&self, folder: &Path, name: &str) -> [String; 2] {
        let files = [
            (format!("{name}.pem"), pem("CERTIFICATE", &self.certificate)),
            (format!("{name}.key"), pem("PRIVATE KEY", &self.key)),
        ];
        files.map(|(file, content)| {
            let path = folder.join(file);
            std::fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        })
    }

    /// What is answered to somebody who trusts this certificate alone.
    fn ask(&self, address: SocketAddr, request: &str) -> std::io::Result<String> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.certificate.clone())).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
        let client = ClientConnection::new(config, "localhost".try_into().unwrap()).unwrap();
        let mut stream = StreamOwned::new(client, TcpStream::connect(address)?);
        stream.write_all(request.as_bytes())?;
        let mut said = String::new();
        stream.read_to_string(&mut said)?;
        Ok(said)
    }
}

#[test]
fn rulings_and_pages_are_answered_over_tls_to_whoever_trusts_the_certificate() {
    let (dir, kept) = new_business();
    let made_here = made();
    let [certificate, key] = made_here.lay(kept.path(), "own");
    let server = Server::start(&dir, &["--tls-cert", &certificate, "--tls-key", &key]);
    let body = r#"{"id":"a","amount":"10.00","currency":"GBP","card":"c1"}"#;
    let request = format!(
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        server.token,
        body.len()
    );
    let said = made_here.ask(server.address(), &request).unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("\"action\":\"allow\""), "{said}");
    let page = "GET /alerts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let said = made_here.ask(server.address(), page).unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("<html"), "{said}");
    assert!(made().ask(server.address(), page).is_err(), "another's certificate is trusted");
    // Whoever does not speak TLS is told nothing of the books, and the next is answered.
    let mut plain = TcpStream::connect(server.address()).unwrap();
    plain.write_all(page.as_bytes()).unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said);
    assert!(!String::from_utf8_lossy(&said).contains("HTTP/"), "{said:?}");
    assert!(made_here.ask(server.address(), page).is_ok());
}

#[test]
fn a_certificate_or_key_that_cannot_be_used_is_told_by_its_file_and_why_before_anything_is_served() {
    let (dir, kept) = new_business();
    let [certificate, key] = made().lay(kept.path(), "own");
    let [_, other] = made().lay(kept.path(), "other");
    let write = |name: &str, content: &str| {
        let path = kept.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let locked =
        write("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    let torn = write("torn.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
    let empty = write("empty.pem", "");
    let table: [(&str, &str, &str, &str); 8] = [
        ("none.pem", &key, "none.pem", "No such file"),
        (&certificate, "none.key", "none.key", "No such file"),
        (&empty, &key, "empty.pem", "holds no `-----BEGIN CERTIFICATE-----`"),
        (&torn, &key, "torn.pem", "not sound PEM"),
        (&key, &certificate, "own.key", "holds no `-----BEGIN CERTIFICATE-----`"),
        (&certificate, &certificate, "own.pem", "holds no `-----BEGIN PRIVATE KEY-----`"),
        (&certificate, &locked, "locked.key", "passphrase"),
        (&certificate, &other, "other.key", "is not that of the certificate"),
    ];
    for (certificate, key, file, why) in table {
        let files = ["--tls-cert", certificate, "--tls-key", key];
        let served = run(&dir, &[&["serve", "--address", "127.0.0.1:0"][..], &files].concat());
        assert!(served.code != 0 && served.out.is_empty(), "{file}: {served:?}");
        assert!(served.err.contains(file) && served.err.contains(why), "{file}: {}", served.err);
        let checked = run(&dir, &[&["check-config", "--json"][..], &files].concat());
        let lines = checked.json_lines();
        let told = lines.iter().find(|line| line["what"] == "TLS").unwrap()["wrong"].as_str().unwrap();
        assert!(checked.code == 1 && told.contains(file) && told.contains(why), "{file}: {told}");
    }
    let checked = run(&dir, &["check-config", "--tls-cert", &certificate, "--tls-key", &key]);
    assert!(checked.code == 0 && checked.out.contains("TLS: well"), "{checked:?}");
    assert_eq!(run(&dir, &["serve", "--tls-cert", &certificate]).code, 1, "a certificate without its key");
}
