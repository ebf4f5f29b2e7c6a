//! An answer as the layers above read it.
//!
//! What must stay true: `Debug` shows neither body nor header values; a token answer or a cookie would otherwise be one
//! log line away.
use jiff::{Timestamp, fmt::rfc2822};
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

pub struct Response {
    pub status: u16,
    /// Names in lower case, in the order they came; values that are not text are left out.
    pub headers: Vec<(String, String)>,
    /// Wiped when dropped: it may be a token answer.
    pub body: Zeroizing<Vec<u8>>,
}

impl Response {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(had, _)| had.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// When the other side says it answered: the only witness against a local clock that is wrong.
    pub fn date(&self) -> Option<Timestamp> {
        self.header("date").and_then(http_date)
    }

    /// How long the other side asks to be left alone, counted from its own `Date` when it names an instant.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let wait = http_date(text)?.duration_since(self.date()?);
        Some(Duration::try_from(wait).unwrap_or_default())
    }

    /// The media type without its parameters, in lower case.
    pub fn content_type(&self) -> Option<String> {
        let text = self.header("content-type")?;
        Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} headers, {} bytes)", self.status, self.headers.len(), self.body.len())
    }
}

/// RFC 9110 §5.6.7: the preferred form is a fixed-length subset of an e-mail date; the two obsolete ones are not read.
fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::parse(text.trim()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Response { status: 503, headers, body: Zeroizing::new(b"canary-body".to_vec()) }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        assert_eq!(answer(&[("retry-after", " 120 ")]).retry_after(), Some(Duration::from_secs(120)));
        let dates = [("date", "Fri, 21 Nov 2025 10:00:00 GMT"), ("retry-after", "Fri, 21 Nov 2025 10:00:30 GMT")];
        assert_eq!(answer(&dates).retry_after(), Some(Duration::from_secs(30)));
        let past = [("date", "Fri, 21 Nov 2025 10:00:00 GMT"), ("retry-after", "Fri, 21 Nov 2025 09:00:00 GMT")];
        assert_eq!(answer(&past).retry_after(), Some(Duration::ZERO));
        assert_eq!(answer(&[("retry-after", "soon")]).retry_after(), None);
    }

    #[test]
    fn headers_are_found_in_any_case_and_media_types_lose_their_parameters() {
        let answer = answer(&[("content-type", "Application/JSON; charset=utf-8"), ("date", "nonsense")]);
        assert_eq!(answer.content_type().as_deref(), Some("application/json"));
        assert_eq!(answer.header("Content-Type"), Some("Application/JSON; charset=utf-8"));
        assert_eq!(answer.date(), None);
    }

    #[test]
    fn debug_shows_neither_headers_nor_body() {
        let shown = format!("{:?}", answer(&[("set-cookie", "canary-cookie")]));
        assert_eq!(shown, "Response(503, 1 headers, 11 bytes)");
    }
}
