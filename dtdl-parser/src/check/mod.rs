//! Every rule of the language that speaks of more than one place, one family a file.
