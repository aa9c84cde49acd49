//! The model in the shape of the reference parser's JSON object model.

use super::Model;

pub(super) fn write(model: &Model) -> String {
    let _ = model;
    String::from("{}")
}
