//! Values that are no containers, and strings.

use super::super::document::{Data, NONE};
use super::super::scan::{self, Scanned};
use super::{Reader, offset};
use crate::diagnostics::{Code, Problem};

impl Reader<'_> {
    /// Reads a value that begins with `byte`; false if none does, with nothing consumed.
    pub(super) fn value(&mut self, byte: u8) -> bool {
        let start = self.at;
        let data = match byte {
            b'{' | b'[' => {
                self.open(byte == b'{');
                return true;
            }
            b'"' => match self.string() {
                NONE => Data::Plain,
                decoded => Data::Decoded(decoded),
            },
            b'-' | b'+' | b'.' | b'0'..=b'9' => self.number(),
            b't' if self.literal("true") => Data::Bool(true),
            b'f' if self.literal("false") => Data::Bool(false),
            b'n' if self.literal("null") => Data::Null,
            byte if scan::is_word(byte) => self.bad_literal(),
            _ => {
                let Some(quoted) = scan::wrong_quotes(self.text, start) else {
                    return false;
                };
                self.wrong_quotes(quoted);
                let inner = self.text.get(quoted.inner.0..quoted.inner.1).unwrap_or("");
                Data::Decoded(self.keep(inner.to_owned()))
            }
        };
        self.attach(start, self.at, data);
        true
    }

    pub(super) fn literal(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let fits = self.bytes.get(self.at..end) == Some(word.as_bytes())
            && !self.bytes.get(end).copied().is_some_and(scan::is_word);
        if fits {
            self.at = end;
        }
        fits
    }

    pub(super) fn bad_literal(&mut self) -> Data {
        let start = self.at;
        let end = scan::word_end(self.bytes, start);
        self.at = end;
        let word = self.text.get(start..end).unwrap_or("");
        let place = self.span(start, end);
        let meant = match word {
            "True" | "TRUE" => Some("true"),
            "False" | "FALSE" => Some("false"),
            "Null" | "NULL" | "None" | "nil" | "undefined" => Some("null"),
            _ => None,
        };
        let code = match word {
            "NaN" | "Infinity" => Code::JsonBadNumber,
            _ => Code::JsonBadLiteral,
        };
        let problem = Problem::new(code).at(place).value(word.to_owned());
        let problem = match meant {
            Some(meant) => problem.suggestions(vec![meant.to_owned()]).fix(
                format!("Write `{meant}`"),
                place,
                meant,
            ),
            None => problem.fix("Put it in double quotes", place, format!("\"{word}\"")),
        };
        self.report(problem);
        match meant {
            Some("true") => Data::Bool(true),
            Some("false") => Data::Bool(false),
            Some("null") => Data::Null,
            _ => Data::Invalid,
        }
    }

    pub(super) fn number(&mut self) -> Data {
        let start = self.at;
        if let Some(end) = scan::number_end(self.bytes, start) {
            self.at = end;
            return Data::Number;
        }
        self.at = scan::number_like_end(self.bytes, start);
        let place = self.span(start, self.at);
        let text = self.text.get(start..self.at).unwrap_or("");
        let problem = Problem::new(Code::JsonBadNumber)
            .at(place)
            .value(text.to_owned());
        let problem = match scan::mended_number(text) {
            Some(meant) => problem.suggestions(vec![meant.clone()]).fix(
                format!("Write `{meant}`"),
                place,
                meant,
            ),
            None => problem,
        };
        self.report(problem);
        Data::Invalid
    }

    /// Reads a string and returns its index in `decoded`, or `NONE` if it stands for itself.
    pub(super) fn string(&mut self) -> u32 {
        let start = self.at;
        if let Some(end) = scan::plain_string_end(self.bytes, start) {
            self.at = end;
            return NONE;
        }
        let Scanned { end, text, faults } = scan::string(self.text, start);
        for fault in faults {
            let place = self.span(fault.start, fault.end);
            let mut problem = Problem::new(fault.code).at(place);
            if fault.code == Code::JsonUnterminatedString {
                let end = self.place(end);
                problem = problem.fix("Close the string", end, "\"");
            } else {
                let value = self.text.get(fault.start..fault.end).unwrap_or("");
                problem = problem.value(value.escape_default().to_string());
                if let Some(text) = fault.mended {
                    problem = problem.fix("Escape it", place, text);
                }
            }
            self.report(problem);
        }
        self.at = end;
        self.keep(text)
    }

    pub(super) fn wrong_quotes(&mut self, quoted: scan::Quoted) {
        let place = self.span(self.at, quoted.end);
        let inner = self.text.get(quoted.inner.0..quoted.inner.1).unwrap_or("");
        let fixed = format!("\"{}\"", inner.replace('"', "\\\""));
        self.report(Problem::new(Code::JsonWrongQuote).at(place).fix(
            "Use straight double quotes",
            place,
            fixed,
        ));
        self.at = quoted.end;
    }

    pub(super) fn keep(&mut self, text: String) -> u32 {
        self.decoded.push(text.into_boxed_str());
        offset(self.decoded.len() - 1)
    }
}
