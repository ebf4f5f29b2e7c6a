//! What the browser shows: a handful of fixed texts.
//!
//! What must stay true: nothing of the request is in the answer (no reflection, so no script can be smuggled in), every
//! answer carries the same protective headers with `Content-Type` first, none carries a CORS header, and each one closes
//! its connection. Success is claimed only after the exchange has succeeded. Everything reads without script.

pub(super) enum Page<'a> {
    /// Away from the address that carries the code, so that it is not what stays in the address bar.
    See(&'a str),
    Received,
    Connected,
    Failed,
    NotThisSignIn,
    NotFound,
    OnlyGet,
    WrongHost,
}

impl Page<'_> {
    /// The whole answer, head and body.
    pub(super) fn answer(&self) -> Vec<u8> {
        let (status, extra, title, text) = self.parts();
        let refresh = match self {
            // One second: soon enough to feel immediate, rare enough for an exchange that takes long.
            Page::Received => "<meta http-equiv=\"refresh\" content=\"1\">\n",
            _ => "",
        };
        let body = format!(
            "{TOP}{refresh}<title>{title} – siesta</title>\n{STYLE}<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n"
        );
        let length = body.len();
        // By hand: the HTTP library drops a Connection header set the usual way.
        format!(
            "HTTP/1.1 {status}\r\n\
             Content-Type: text/html; charset=utf-8\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'\r\n\
             X-Content-Type-Options: nosniff\r\n\
             Referrer-Policy: no-referrer\r\n\
             Cache-Control: no-store\r\n\
             {extra}Content-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        )
        .into_bytes()
    }

    fn parts(&self) -> (&'static str, String, &'static str, &'static str) {
        let (status, title, text) = match self {
            Page::See(_) => ("303 See Other", "Received", "Finish in the terminal."),
            Page::Received => ("200 OK", "Received", "Finish in the terminal. You may close this tab."),
            Page::Connected => ("200 OK", "Connected", "The connection is ready. You may close this tab."),
            Page::Failed => ("200 OK", "Not connected", "The terminal says why. You may close this tab."),
            Page::NotThisSignIn => {
                ("400 Bad Request", "Not this sign-in", "This address does not belong to the sign-in that is waiting.")
            }
            Page::NotFound => ("404 Not Found", "Nothing here", "A sign-in is waiting at another address."),
            Page::OnlyGet => ("405 Method Not Allowed", "Nothing here", "A sign-in is waiting for another request."),
            Page::WrongHost => ("400 Bad Request", "Nothing here", "A sign-in is waiting under another name."),
        };
        let extra = match self {
            Page::See(path) => format!("Location: {path}\r\n"),
            Page::OnlyGet => "Allow: GET\r\n".to_owned(),
            _ => String::new(),
        };
        (status, extra, title, text)
    }
}

const TOP: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n";

const STYLE: &str = "<style>\n:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }\n\
    body { margin: 0; min-height: 90vh; display: grid; place-content: center; padding: 1rem; \
    background: Canvas; color: CanvasText }\n\
    h1 { font-size: 1.6rem; margin: 0 }\np { margin: .5rem 0 0 }\n</style>\n";

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Page<'static>; 8] = [
        Page::See("/cb/done"),
        Page::Received,
        Page::Connected,
        Page::Failed,
        Page::NotThisSignIn,
        Page::NotFound,
        Page::OnlyGet,
        Page::WrongHost,
    ];

    #[test]
    fn every_answer_carries_exactly_the_protective_headers_and_closes() {
        for page in ALL {
            let text = String::from_utf8(page.answer()).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let lines: Vec<&str> = head.lines().collect();
            assert_eq!(lines[1], "Content-Type: text/html; charset=utf-8");
            assert_eq!(
                lines[2],
                "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            );
            assert_eq!(
                lines[3..6],
                ["X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Cache-Control: no-store"]
            );
            assert_eq!(
                lines[lines.len() - 2..],
                [format!("Content-Length: {}", body.len()), "Connection: close".to_owned()]
            );
            let extra = lines[6..lines.len() - 2].join("");
            assert!(["", "Location: /cb/done", "Allow: GET"].contains(&extra.as_str()), "{extra}");
            assert!(!body.contains("<script") && body.contains("light dark"));
            assert_eq!(body.contains("http-equiv=\"refresh\""), matches!(page, Page::Received));
        }
    }
}
