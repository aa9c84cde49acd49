//! Reading types by their spelling, which is all that a macro sees of them.

use quote::ToTokens;
use syn::{GenericArgument, Ident, Path, PathArguments, PathSegment, Type, TypeParamBound};

/// `T` of `Option<T>`, by whatever path `Option` is named.
pub(crate) fn optional(ty: &Type) -> Option<&Type> {
    argument_of(ty, "Option")
}

/// The first type argument of a path type whose last segment is `name`.
pub(crate) fn argument_of<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let segment = last_segment(ty)?;
    if segment.ident != name {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| {
        if let GenericArgument::Type(ty) = argument {
            Some(ty)
        } else {
            None
        }
    })
}

/// Whether the two are spelt alike, which is all that can be asked here. A formatter that breaks a
/// line between type arguments leaves a comma behind the last.
pub(crate) fn same(one: &Type, other: &Type) -> bool {
    let spelling = |ty: &Type| {
        let tokens = bare(ty).to_token_stream().to_string();
        tokens.replace(' ', "").replace(",>", ">")
    };
    spelling(one) == spelling(other)
}

/// The trait of `&mut dyn Trait`, without lifetimes and auto traits.
pub(crate) fn mut_dyn(ty: &Type) -> Option<&Path> {
    let Type::Reference(reference) = bare(ty) else {
        return None;
    };
    reference.mutability?;
    let Type::TraitObject(object) = bare(&reference.elem) else {
        return None;
    };
    object.bounds.iter().find_map(|bound| {
        if let TypeParamBound::Trait(bound) = bound {
            Some(&bound.path)
        } else {
            None
        }
    })
}

/// Whether it is `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(bare(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether the type is the type parameter or holds it as an argument (`T`, `Vec<T>`; not `T::Item`,
/// whose bound only the user can state).
pub(crate) fn mentions(ty: &Type, parameter: &Ident) -> bool {
    let Type::Path(path) = bare(ty) else {
        return false;
    };
    path.path.is_ident(parameter)
        || path.path.segments.iter().any(|segment| {
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
                return false;
            };
            arguments.args.iter().any(
                |argument| matches!(argument, GenericArgument::Type(ty) if mentions(ty, parameter)),
            )
        })
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    if let Type::Path(path) = bare(ty) {
        path.path.segments.last()
    } else {
        None
    }
}

/// The type without parentheses and without the invisible groups that `macro_rules` leaves.
fn bare(ty: &Type) -> &Type {
    if let Type::Paren(paren) = ty {
        bare(&paren.elem)
    } else if let Type::Group(group) = ty {
        bare(&group.elem)
    } else {
        ty
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{Path, Type, parse_quote};

    use super::{mentions, mut_dyn, optional, same};

    fn text(tokens: Option<&impl ToTokens>) -> Option<String> {
        tokens.map(|tokens| tokens.to_token_stream().to_string())
    }

    fn optional_of(ty: &Type) -> Option<String> {
        text(optional(ty))
    }

    fn trait_of(ty: &Type) -> Option<String> {
        text(mut_dyn(ty))
    }

    #[test]
    fn option_is_known_by_its_last_segment_and_its_argument() {
        let f64 = Some("f64".to_owned());
        assert_eq!(optional_of(&parse_quote!(::core::option::Option<f64>)), f64);
        assert_eq!(optional_of(&parse_quote!((Option<f64>))), f64);
        assert_eq!(optional_of(&parse_quote!(Vec<Option<f64>>)), None);
        assert_eq!(optional_of(&parse_quote!(Option)), None);
    }

    #[test]
    fn a_component_accessor_names_its_trait_through_bounds_and_parentheses() {
        let handler: Path = parse_quote!(a::Handler);
        let handler = text(Some(&handler));
        assert_eq!(trait_of(&parse_quote!(&mut dyn a::Handler)), handler);
        assert_eq!(
            trait_of(&parse_quote!(&'x mut (dyn 'x + a::Handler + Send))),
            handler
        );
        assert_eq!(trait_of(&parse_quote!(&dyn a::Handler)), None);
        assert_eq!(trait_of(&parse_quote!(&mut a::Handler)), None);
    }

    #[test]
    fn a_parameter_is_found_inside_other_types_but_not_as_a_path_prefix() {
        let t = parse_quote!(T);
        assert!(mentions(&parse_quote!(T), &t));
        assert!(mentions(&parse_quote!(Vec<Option<T>>), &t));
        assert!(!mentions(&parse_quote!(T::Item), &t));
        assert!(!mentions(&parse_quote!(other::T), &t));
    }

    #[test]
    fn types_are_the_same_when_spelt_alike() {
        assert!(same(&parse_quote!(Vec<f64>), &parse_quote!((Vec<f64>))));
        assert!(same(
            &parse_quote!(Map<u8, Vec<f64,>,>),
            &parse_quote!(Map<u8, Vec<f64>>)
        ));
        assert!(!same(&parse_quote!(f64), &parse_quote!(f32)));
    }
}
