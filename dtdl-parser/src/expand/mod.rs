//! Contexts, terms, types and versions settled; nothing linked yet.
