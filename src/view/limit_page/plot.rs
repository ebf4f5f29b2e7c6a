//! Plots as inline SVG: bars over days with a line for a limit, and a ranking.
//!
//! The drawing is stretched to the width there is, so words stand beside it as HTML: inside they would be stretched too.
use super::short;
use crate::model::decide::grouped;
use crate::view::page::escaped;

pub(super) struct Bar {
    pub value: u64,
    /// What it says when it is pointed at, and to who cannot see it.
    pub words: String,
}

/// Height of a drawing, in its own units; one bar is ten wide.
const HEIGHT: u64 = 100;
const WIDTH: u64 = 10;
/// Of the width of a bar: what separates it from the next.
const GAP: u64 = 2;

/// Bars from left to right, each over one day, with a line at the limit.
pub(super) fn bars(values: &[Bar], ceiling: Option<u64>, (first, last): (&str, &str)) -> String {
    let largest = values.iter().map(|bar| bar.value).chain(ceiling).max().unwrap_or(0).max(1);
    let height =
        |value: u64| u64::try_from(u128::from(value) * u128::from(HEIGHT * 10) / u128::from(largest)).unwrap_or(0);
    let tenths = |value: u64| format!("{}.{}", value / 10, value % 10);
    let mut drawn = String::new();
    for (place, bar) in values.iter().enumerate() {
        let class = match ceiling {
            Some(ceiling) if bar.value >= ceiling => "bar over",
            Some(ceiling) if u128::from(bar.value) * 100 >= u128::from(ceiling) * 80 => "bar near",
            Some(_) | None => "bar",
        };
        let tall = height(bar.value);
        drawn.push_str(&format!(
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}</title></rect>\n",
            place as u64 * WIDTH + GAP / 2,
            tenths(HEIGHT * 10 - tall),
            WIDTH - GAP,
            tenths(tall),
            escaped(&bar.words)
        ));
    }
    let wide = values.len() as u64 * WIDTH;
    if let Some(ceiling) = ceiling {
        let y = tenths(HEIGHT * 10 - height(ceiling));
        drawn.push_str(&format!("<line class=\"ceiling\" x1=\"0\" x2=\"{wide}\" y1=\"{y}\" y2=\"{y}\"/>\n"));
    }
    let most = values.iter().max_by_key(|bar| bar.value).map_or_else(String::new, |bar| bar.words.clone());
    let scale = match ceiling {
        Some(ceiling) if ceiling == largest => format!("{} = limit", short(largest)),
        Some(_) | None => short(largest),
    };
    format!(
        "<div class=\"plot\"><div class=\"scale\">{scale}</div>\n\
         <svg viewBox=\"0 0 {wide} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{} to {}; most: {}\">\n\
         {drawn}</svg>\n<div class=\"ends\"><span>{}</span><span>{}</span></div></div>\n",
        escaped(first),
        escaped(last),
        escaped(&most),
        escaped(first),
        escaped(last)
    )
}

/// Names that are listed; the rest is one line.
const MOST_NAMES: usize = 12;

/// Names with their shares of the whole, the most first.
pub(super) fn ranking(values: &[(String, u64)], none: &str) -> String {
    let sum = |values: &[(String, u64)]| values.iter().fold(0u64, |sum, (_, tokens)| sum.saturating_add(*tokens));
    let all = sum(values).max(1);
    let mut shown: Vec<(String, u64)> = values
        .iter()
        .take(MOST_NAMES)
        .map(|(name, tokens)| match name.is_empty() {
            true => (format!("<i>{}</i>", escaped(none)), *tokens),
            false => (escaped(name), *tokens),
        })
        .collect();
    if values.len() > MOST_NAMES {
        let rest = &values[MOST_NAMES..];
        shown.push((format!("<i>{} more</i>", rest.len()), sum(rest)));
    }
    if shown.is_empty() {
        return "<p>Nothing was used.</p>\n".to_owned();
    }
    let mut lines = String::new();
    for (name, tokens) in shown {
        let share = u64::try_from(u128::from(tokens) * 1000 / u128::from(all)).unwrap_or(1000);
        let share = format!("{}.{}", share / 10, share % 10);
        lines.push_str(&format!(
            "<li><span class=\"name\">{name}</span> <span class=\"number\" title=\"{} tokens\">{} <small>{share} %</small></span>\
             <span class=\"track\"><span style=\"width:{share}%\"></span></span></li>\n",
            grouped(tokens),
            short(tokens)
        ));
    }
    format!("<ul class=\"ranking\">\n{lines}</ul>\n")
}
