//! When colour is used, and which.
//!
//! What must stay true: a flag beats the environment; `NO_COLOR` beats everything in the environment; a pipe gets no
//! escape sequence unless it was asked for. Colour only repeats what a word already says.
use super::environment::Environment;
use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorChoice {
    /// Whether a stream is painted. <https://no-color.org> and <https://bixense.com/clicolors> decide under `auto`.
    pub(super) fn paints(self, environment: &Environment, is_terminal: bool) -> bool {
        match self {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if environment.no_color => false,
            ColorChoice::Auto if environment.clicolor_force => true,
            ColorChoice::Auto => is_terminal && !environment.is_dumb_terminal,
        }
    }
}

/// What a word says about the thing it describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Waiting,
    Bad,
    Quiet,
    Advice,
}

impl Tone {
    fn sequence(self) -> &'static str {
        match self {
            Tone::Good => "\u{1b}[32m",
            Tone::Waiting => "\u{1b}[33m",
            Tone::Bad => "\u{1b}[1;31m",
            Tone::Quiet => "\u{1b}[2m",
            Tone::Advice => "\u{1b}[36m",
        }
    }

    pub(super) fn paint(self, text: &str, paints: bool) -> String {
        if paints { format!("{}{text}\u{1b}[0m", self.sequence()) } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_beats_the_environment_and_the_environment_the_terminal() {
        let plain = Environment::default();
        let no_color = Environment { no_color: true, clicolor_force: true, ..Environment::default() };
        let forced = Environment { clicolor_force: true, ..Environment::default() };
        let dumb = Environment { is_dumb_terminal: true, ..Environment::default() };
        let cases = [
            (ColorChoice::Auto, &plain, true, true),
            (ColorChoice::Auto, &plain, false, false),
            (ColorChoice::Auto, &no_color, true, false),
            (ColorChoice::Auto, &forced, false, true),
            (ColorChoice::Auto, &dumb, true, false),
            (ColorChoice::Always, &no_color, false, true),
            (ColorChoice::Never, &forced, true, false),
        ];
        for (choice, environment, is_terminal, painted) in cases {
            assert_eq!(choice.paints(environment, is_terminal), painted, "{choice:?} {environment:?} {is_terminal}");
        }
    }
}
