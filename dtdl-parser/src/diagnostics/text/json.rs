//! Words for files and for text that isn't JSON.

use super::{Row, row};
use crate::diagnostics::Code;

pub(super) const ROWS: &[Row] = &[
    row(
        Code::UnreadableFile,
        "This file can't be read: {value!}.",
        "Check that the path is right and that you may read it.",
    ),
    row(
        Code::JsonEmpty,
        "The text is empty.",
        "Write an object (`{ … }`) or an array of objects, or leave the file out.",
    )
    .example(" \n"),
    row(
        Code::JsonUnexpectedEnd,
        "The text ends before it is complete.",
        "Close what is open; perhaps the file was cut off.",
    )
    .label("the text ends here")
    .other("this is never closed")
    .example("{\"@context\": \"dtmi:dtdl:context;3\", \"contents\": [\n"),
    row(
        Code::JsonTrailingComma,
        "There is a comma with nothing after it.",
        "Remove the comma; JSON allows commas only between two items.",
    )
    .label("nothing follows this comma")
    .example("{\"name\": \"a\",}\n"),
    row(
        Code::JsonMissingComma,
        "A comma is missing between two items.",
        "Put a comma between them.",
    )
    .label("a comma belongs here")
    .example("{\"name\": \"a\"\n \"schema\": \"double\"}\n"),
    row(
        Code::JsonMissingColon,
        "A colon is missing between a name and its value.",
        "Write `\"name\": value`.",
    )
    .label("a colon belongs here")
    .example("{\"name\" \"a\"}\n"),
    row(
        Code::JsonMissingValue,
        "A value is missing.",
        "Write the value, or remove what announces it.",
    )
    .label("a value was expected before this")
    .example("{\"name\": , \"schema\": \"double\"}\n"),
    row(
        Code::JsonMissingName,
        "A member of an object has no name.",
        "Give it a name, as in `\"name\": value`, or remove it.",
    )
    .label("a name in quotes was expected here")
    .example("{: 1}\n"),
    row(
        Code::JsonNameNotString,
        "A name isn't in quotes.",
        "Put the name {value} in double quotes.",
    )
    .label("names are strings")
    .example("{name: \"a\"}\n"),
    row(
        Code::JsonComment,
        "JSON has no comments.",
        "Remove it, or say it in a `comment` property of the element.",
    )
    .label("this is a comment")
    .example("{\"name\": \"a\" // the name\n}\n"),
    row(
        Code::JsonTrailingText,
        "There is more text after the end of the document.",
        "Remove it, or make one array of all documents: `[ …, … ]`.",
    )
    .label("the document ended before this")
    .example("{}\n{}\n"),
    row(
        Code::JsonNotUtf8,
        "The text isn't encoded as UTF-8.",
        "Save the file as UTF-8; many editors call it so in their \"Save with encoding\".",
    )
    .label("the first bytes that aren't UTF-8"),
    row(
        Code::JsonControlCharacter,
        "A string holds a control character as it is.",
        "Escape it (`\\n` for a new line, `\\t` for a tab) or remove it.",
    )
    .label("this is a control character")
    .example("{\"description\": \"one\ttwo\"}\n"),
    row(
        Code::JsonUnterminatedString,
        "A string isn't closed.",
        "Put a double quote at its end.",
    )
    .label("this string has no end")
    .example("{\"name\": \"a\n}\n"),
    row(
        Code::JsonBadEscape,
        "A backslash in a string begins nothing that JSON knows.",
        "Write `\\\\` for a backslash; the escapes are `\\\" \\\\ \\/ \\b \\f \\n \\r \\t` and `\\u` with four hexadecimal digits.",
    )
    .label("no such escape")
    .example("{\"description\": \"C:\\data\"}\n"),
    row(
        Code::JsonLoneSurrogate,
        "An escape stands for one half of a character.",
        "Write both halves (`\\ud83d\\ude00`) or the character itself.",
    )
    .label("half of a character")
    .example("{\"description\": \"\\ud83d\"}\n"),
    row(
        Code::JsonBadNumber,
        "{value} isn't a number as JSON writes it.",
        "Write digits with an optional minus before, fraction and exponent after; no plus, no leading zeros, no hexadecimal, no NaN.",
    )
    .label("not a JSON number")
    .example("{\"minimum\": 01}\n"),
    row(
        Code::JsonBadLiteral,
        "{value} isn't a value that JSON knows.",
        "Put it in double quotes if it is text; the bare words of JSON are `true`, `false` and `null`.",
    )
    .label("not a JSON value")
    .example("{\"writable\": yes}\n"),
    row(
        Code::JsonWrongQuote,
        "A string stands in quotes that JSON doesn't know.",
        "Use straight double quotes: `\"`.",
    )
    .label("these aren't double quotes")
    .example("{'name': 1}\n"),
    row(
        Code::JsonUnexpectedCharacter,
        "{value} can't stand here.",
        "Remove it.",
    )
    .label("nothing in JSON begins like this")
    .example("{\"a\": #1}\n"),
    row(
        Code::JsonMismatchedBracket,
        "A {value} stands where a {restriction} is needed.",
        "Close what was opened last first.",
    )
    .label("this doesn't close what is open")
    .other("this is what is open")
    .example("{\"contents\": [}\n"),
    row(
        Code::JsonTooDeep,
        "Arrays and objects are nested more than {restriction!} levels deep.",
        "Nest less deeply, or raise the limit; what lies deeper was not looked at.",
    )
    .label("one level too deep"),
    row(
        Code::JsonTooLarge,
        "The text is larger than 4 GiB, and what lies beyond was not looked at.",
        "Split the text.",
    ),
    row(
        Code::JsonByteOrderMark,
        "The text begins with a byte-order mark.",
        "Save the file as UTF-8 without one; other tools may refuse it.",
    ),
    row(
        Code::JsonDuplicateMember,
        "The name {property} stands twice in one object, and only the last value counts.",
        "Remove one of the two.",
    )
    .label("again here")
    .other("first here"),
];
