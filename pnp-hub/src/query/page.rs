//! Results page by page, with a continuation that survives changes between the pages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::ast::{Collection, Projection, Query};
use crate::engine::error::HubError;
use crate::engine::identity::Identity;

/// Most rows of one page (`iot-hub` 1.11).
pub const MAX_PAGE: usize = 1000;

/// What the rows of a result are: `x-ms-item-type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemType {
    /// Whole twins.
    Twin,
    /// What the query has selected.
    Raw,
    /// What jobs did to devices.
    DeviceJob,
}

impl ItemType {
    /// The type as the header gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Twin => "Twin",
            Self::Raw => "Raw",
            Self::DeviceJob => "DeviceJob",
        }
    }
}

/// A part of a query's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The rows, devices in the order of their ids.
    pub items: Vec<Value>,
    /// What they are.
    pub item_type: ItemType,
    /// What to ask the next page with; `None` at the end. Opaque.
    pub continuation: Option<String>,
}

/// Where a page begins: how many rows came before it, and after whom it goes on.
#[derive(Debug, Default)]
struct Continuation {
    taken: usize,
    after: Option<Identity>,
}

impl Continuation {
    fn encode(&self) -> String {
        let after = self.after.as_ref();
        let fields = json!([
            self.taken,
            after.map(Identity::device_id),
            after.and_then(Identity::module_id)
        ]);
        STANDARD.encode(fields.to_string())
    }

    fn decode(text: &str) -> Option<Self> {
        let fields: (usize, Option<String>, Option<String>) = {
            let bytes = STANDARD.decode(text).ok()?;
            let value: Value = serde_json::from_slice(&bytes).ok()?;
            let [taken, device, module] = value.as_array()?.as_slice() else {
                return None;
            };
            let text = |value: &Value| value.as_str().map(str::to_owned);
            (
                usize::try_from(taken.as_u64()?).ok()?,
                text(device),
                text(module),
            )
        };
        let (taken, device, module) = fields;
        Some(Self {
            taken,
            after: device.map(|device| match module {
                Some(module) => Identity::module(device, module),
                None => Identity::device(device),
            }),
        })
    }
}

impl Query {
    /// One page of the result over `rows`, which are ordered by identity.
    ///
    /// `continuation` is that of the page before. Rows are found again by identity, not by number: who
    /// removes devices page by page misses none.
    ///
    /// # Errors
    /// `ArgumentInvalid` for a page size of 0 or beyond [`MAX_PAGE`], or a continuation that isn't one.
    pub fn run(
        &self,
        rows: impl Iterator<Item = (Identity, Value)>,
        page_size: usize,
        continuation: Option<&str>,
    ) -> Result<Page, HubError> {
        if page_size == 0 || page_size > MAX_PAGE {
            return Err(HubError::invalid(format!(
                "a page has 1 to {MAX_PAGE} items, not {page_size}"
            )));
        }
        let from = match continuation {
            None => Continuation::default(),
            Some(text) => Continuation::decode(text)
                .ok_or_else(|| HubError::invalid("this is no continuation of a query"))?,
        };
        // TOP counts over all pages.
        let left = self
            .top
            .map_or(usize::MAX, |top| top.saturating_sub(from.taken));
        let size = page_size.min(left);
        let admitted = rows.filter(|(_, row)| self.admits(row));
        // One row more than the page tells whether another page follows.
        let mut found: Vec<(Option<Identity>, Value)> = if self.is_grouped() {
            let rows: Vec<_> = admitted.map(|(_, row)| row).collect();
            let groups = self.group(&rows).into_iter().skip(from.taken);
            groups.map(|group| (None, group)).take(size + 1).collect()
        } else {
            let after =
                |identity: &Identity| from.after.as_ref().is_some_and(|after| identity <= after);
            admitted
                .skip_while(|(identity, _)| after(identity))
                .take(size.saturating_add(1))
                .map(|(identity, row)| (Some(identity), self.project(row)))
                .collect()
        };
        let more = found.len() > size && size < left;
        found.truncate(size);
        let continuation = more.then(|| {
            let next = Continuation {
                taken: from.taken + found.len(),
                after: found.last().and_then(|(identity, _)| identity.clone()),
            };
            next.encode()
        });
        Ok(Page {
            items: found.into_iter().map(|(_, row)| row).collect(),
            item_type: self.item_type(),
            continuation,
        })
    }

    /// What the rows of the result are.
    #[must_use]
    pub const fn item_type(&self) -> ItemType {
        match (&self.projection, self.collection) {
            (_, Collection::Jobs) => ItemType::DeviceJob,
            (Projection::All, Collection::Devices | Collection::Modules) => ItemType::Twin,
            (Projection::Items(_), Collection::Devices | Collection::Modules) => ItemType::Raw,
        }
    }
}
