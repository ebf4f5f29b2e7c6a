//! A page in a real browser that fires requests at the callback port while somebody signs in.
use crate::desk::Desk;
use crate::support::peer::peer;
use crate::support::provider::{PUBLIC_CLIENT, Provider, browse};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use url::Url;

/// A web server with one page, on a thread that ends with the test's process.
fn page(html: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let length = html.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{html}"
            );
        }
    });
    format!("http://127.0.0.1:{port}/")
}

#[test]
fn a_page_that_fires_at_the_callback_disturbs_neither_this_sign_in_nor_the_next() {
    let Some(chromium) = peer("chromium") else { return };
    let (desk, provider) = (Desk::new(), Provider::start());
    let line = ["--issuer", &provider.base_url, "--allow-private-network", "--client-id", PUBLIC_CLIENT];
    let add = |name: &str| desk.start(&[&["add", "oauth2", name][..], &line[..]].concat());
    let mut running = add("first");
    let url = running.url();
    let asked = Url::parse(&url).unwrap();
    let callback = asked.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    let hostile = page(format!(
        "<body><script>const at = '{callback}';\
         const bad = ['', '?error=access_denied', '?code=x&state=y', '?state=&code=x', '/done', '?error=a&state=z'];\
         let done = 0; const end = () => {{ if (++done === 90) document.title = 'all fired'; }};\
         for (let i = 0; i < 30; i++) {{ const to = at + bad[i % bad.length];\
           fetch(to, {{ mode: 'no-cors' }}).then(end, end);\
           fetch(to, {{ method: 'POST', mode: 'no-cors', body: 'x'.repeat(9999) }}).then(end, end);\
           const image = new Image(); image.onload = image.onerror = end; image.src = to; }}</script>"
    ));
    let profile = desk.sandbox.path("chromium");
    let fired = Command::new(chromium)
        .args(["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--timeout=15000", "--virtual-time-budget=15000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(hostile)
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&fired.stdout);
    assert!(dom.contains("all fired"), "{dom}\n{}", String::from_utf8_lossy(&fired.stderr));
    assert!(browse(&url, true).body.contains("<h1>Connected</h1>"));
    running.succeeds();

    let mut next = add("second");
    assert!(browse(&next.url(), true).body.contains("<h1>Connected</h1>"));
    next.succeeds();
}
