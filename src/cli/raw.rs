//! A request by method and address: the flags that `request` and `explain` share.
use super::error::Error;
use super::on_behalf::{parse_pair, read_bytes};
use crate::model::execution::StoredBody;
use crate::model::facts::Operation;
use crate::model::request;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct RawArgs {
    /// With a method: a header, as NAME:VALUE; may be repeated
    #[arg(long, value_name = "NAME:VALUE", requires = "url", value_parser = parse_header)]
    header: Vec<(String, String)>,
    /// With a method: a parameter of the query, as NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "url", value_parser = parse_pair)]
    query: Vec<(String, String)>,
    /// With a method: the body, as @FILE or - for standard input; JSON unless a Content-Type header says otherwise; what is neither JSON nor a form goes as it is
    #[arg(long, value_name = "@FILE|-", requires = "url")]
    body: Option<String>,
}

fn parse_header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("NAME:VALUE".to_owned()),
    }
}

impl RawArgs {
    pub fn operation(self, method: String, url: String) -> Result<Operation, Error> {
        let body = match &self.body {
            Some(from) => read_body(from, &self.header)?,
            None => StoredBody::None,
        };
        // A multipart body gets its boundary when it is sent, so the caller's content type goes with the bytes.
        let is_read = matches!(body, StoredBody::Multipart(_));
        let is_kept = |(name, _): &(String, String)| !(is_read && name.eq_ignore_ascii_case("content-type"));
        let headers = self.header.into_iter().filter(is_kept).collect();
        Ok(Operation::Raw { method, url, query: self.query, headers, body })
    }
}

fn read_body(from: &str, headers: &[(String, String)]) -> Result<StoredBody, Error> {
    let bytes = read_bytes(from, "--body")?;
    let said = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = said.map_or("application/json", |(_, value)| value.as_str());
    request::read_body(content_type, &bytes).map_err(|error| {
        let refused = Error::usage("the body cannot be used").cause(error.to_string());
        match said {
            None => refused.hint("--header 'Content-Type: text/plain'        (or what it is, where it is no JSON)"),
            Some(_) => refused
                .hint("--header 'Content-Type: TYPE/SUBTYPE'        (multipart/form-data, of all multipart types)"),
        }
    })
}
