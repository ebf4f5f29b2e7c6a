//! A line that has not been understood yet, or never will be: which shape its answer should have.
use super::colour::ColorChoice;
use super::environment::Environment;
use super::format::Format;
use std::ffi::OsString;

/// What can be told from a line that was not understood: the shape its error should have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Glimpse {
    pub format: Format,
    pub color: ColorChoice,
}

impl Glimpse {
    pub fn of(args: &[OsString], environment: &Environment) -> Glimpse {
        let words: Vec<String> = args.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let mut glimpse = Glimpse {
            format: environment.output.as_deref().and_then(Format::named).unwrap_or_default(),
            color: ColorChoice::Auto,
        };
        let own = words.iter().take_while(|word| *word != "--");
        for (place, word) in own.enumerate() {
            let next = words.get(place + 1).map(String::as_str);
            let format = match word.as_str() {
                "--json" => Some("json"),
                "-o" => next,
                word => word.strip_prefix("-o").map(|format| format.trim_start_matches('=')),
            };
            glimpse.format = format.and_then(Format::named).unwrap_or(glimpse.format);
            let color = match word.as_str() {
                "--color" => next,
                word => word.strip_prefix("--color="),
            };
            glimpse.color = match color {
                Some("always") => ColorChoice::Always,
                Some("never") => ColorChoice::Never,
                _ => glimpse.color,
            };
        }
        glimpse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_refused_still_says_which_shape_its_error_has() {
        let glimpse = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            Glimpse::of(&words, &Environment::default())
        };
        assert_eq!(glimpse("siesta lst --json").format, Format::Json);
        assert_eq!(glimpse("siesta lst -o jsonl").format, Format::Jsonl);
        assert_eq!(glimpse("siesta lst -ojson").format, Format::Json);
        assert_eq!(glimpse("siesta lst -o=json --color never").format, Format::Json);
        assert_eq!(glimpse("siesta lst -o=json --color never").color, ColorChoice::Never);
        assert_eq!(glimpse("siesta exec -- jq --json").format, Format::Table);
    }
}
