//! What a handler's method answers, told by its mark and held against its signature.

use std::fmt::Display;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericParam, Ident, Pat, PatType, Path, ReceiverKind, ReturnType, Safety, Signature,
    TraitItemFn, Type,
};

use super::Method;
use crate::attr::{self, Entries};
use crate::problem::Problems;
use crate::ty;
use crate::wire::WireName;
use crate::words::{Quantity, Words};

/// What a handler's method answers.
pub(crate) enum Role {
    /// `fn(&self) -> Option<T>`: the value of a writable property.
    Getter { value: Type },
    /// `fn(&mut self, Desired<T>) -> Ack<T>`: a desired value.
    Setter { value: Type },
    /// `fn(&mut self, …) -> Result<…, CommandError>`.
    Command {
        request: Option<Request>,
        response: Box<Response>,
    },
    /// `fn(&mut self) -> &mut dyn Handler`: the handler of a component.
    Component { handler: Path },
}

/// A command's parameter.
pub(crate) struct Request {
    pub(crate) ty: Box<Type>,
    /// Its name in the model.
    pub(crate) name: WireName,
    pub(crate) words: Words,
    pub(crate) quantity: Quantity,
}

/// What a command gives.
pub(crate) struct Response {
    pub(crate) ty: Type,
    /// Its name in the model.
    pub(crate) name: WireName,
    pub(crate) words: Words,
    /// The first key that says something of it.
    pub(crate) key: Option<Ident>,
}

impl Method {
    /// The method, unless it is unmarked or its signature doesn't fit; the latter is noted.
    pub(super) fn of(
        marks: &Entries,
        parameter: &Entries,
        function: &TraitItemFn,
        problems: &mut Problems,
    ) -> Option<Self> {
        let mut keys = marks.making(&attr::METHOD);
        let key = keys.next()?;
        for further in keys {
            problems.at(
                further,
                format_args!("one method answers one thing, and this one has `{key}` already; write a method for each"),
            );
        }
        let role = match key.to_string().as_str() {
            "property" => getter(&function.sig, problems),
            "desired" => setter(&function.sig, problems),
            "command" => command(&function.sig, marks, parameter, problems),
            _ => component(&function.sig, problems),
        };
        if key != "command" {
            for key in parameter.describing(&attr::PARAMETER) {
                problems.at(
                    key,
                    format_args!(
                        "`{key}` means nothing here; it belongs on the parameter of a command"
                    ),
                );
            }
        }
        check_describing(key, marks, problems);
        let name = marks.text(&key.to_string())?;
        Some(Self {
            ident: function.sig.ident.clone(),
            name: WireName::explicit(name),
            cfgs: function
                .attrs
                .iter()
                .filter(|attribute| attribute.path().is_ident("cfg"))
                .cloned()
                .collect(),
            role: role?,
            words: Words::of(marks, &function.attrs),
            quantity: Quantity::of(marks),
        })
    }
}

/// Keys that describe a property stand at its getter, those of a component at the interface's field,
/// and only a command has a response.
fn check_describing(mark: &Ident, marks: &Entries, problems: &mut Problems) {
    let is_of_response = |key: &Ident| key.to_string().starts_with("response");
    for key in marks.describing(&attr::METHOD) {
        let instead = match mark.to_string().as_str() {
            "property" if is_of_response(key) => "a method with `#[pnp(command = \"…\")]`",
            "desired" => "the property's getter",
            "component" => "the component's field of the struct with `derive(Interface)`",
            _ => continue,
        };
        problems.at(
            key,
            format_args!("`{key}` means nothing here; it belongs on {instead}"),
        );
    }
}

/// One signature while it is read: notes what deviates, all of it.
struct Check<'a> {
    signature: &'a Signature,
    /// The role in words, and the signature that it has.
    expected: String,
    problems: &'a mut Problems,
    sound: bool,
}

fn getter(signature: &Signature, problems: &mut Problems) -> Option<Role> {
    let name = &signature.ident;
    let mut check = Check::new(
        signature,
        format!("a property's getter is `fn {name}(&self) -> Option<T>`"),
        problems,
    );
    check.receiver(true);
    check.no_arguments();
    let value = check.output(|ty| ty::optional(ty));
    check.done(Role::Getter {
        value: value?.clone(),
    })
}

fn setter(signature: &Signature, problems: &mut Problems) -> Option<Role> {
    let name = &signature.ident;
    let mut check = Check::new(
        signature,
        format!("a property's setter is `fn {name}(&mut self, desired: Desired<T>) -> Ack<T>`"),
        problems,
    );
    check.receiver(false);
    let desired = check.argument();
    let value = desired.and_then(|argument| {
        let value = ty::argument_of(&argument.ty, "Desired");
        if value.is_none() {
            check.wrong(&argument.ty, "`Desired<T>` is expected here");
        }
        value
    });
    let ack = check.output(|ty| ty::argument_of(ty, "Ack"));
    if let (Some(value), Some(ack)) = (value, ack)
        && !ty::same(value, ack)
    {
        check.wrong(ack, "the `T` of `Desired<T>` is expected here");
    }
    check.done(Role::Setter {
        value: value?.clone(),
    })
}

fn command(
    signature: &Signature,
    marks: &Entries,
    parameter: &Entries,
    problems: &mut Problems,
) -> Option<Role> {
    let name = &signature.ident;
    let mut check = Check::new(
        signature,
        format!(
            "a command is `fn {name}(&mut self, request: T) -> Result<U, CommandError>`, \
             without `request` where the model has none"
        ),
        problems,
    );
    check.receiver(false);
    let arguments = signature.inputs.iter().skip(1);
    for surplus in arguments.clone().skip(1) {
        check.wrong(surplus, "one parameter too many: the request is one value");
    }
    let response = check.output(|ty| ty::argument_of(ty, "Result"));
    let request = arguments.clone().find_map(|argument| match argument {
        FnArg::Typed(argument) => {
            let ident = if let Pat::Ident(pattern) = &*argument.pat {
                Some(&pattern.ident)
            } else {
                None
            };
            Some(Request {
                ty: argument.ty.clone(),
                name: WireName::of_parameter(parameter, ident, "request", argument.pat.span()),
                words: Words::of(parameter, &[]),
                quantity: Quantity::of(parameter),
            })
        }
        FnArg::Receiver(_) => None,
    });
    let of_response = |key: &&Ident| {
        let key = key.to_string();
        key.starts_with("response") || key == "semantic" || key == "unit"
    };
    check.done(Role::Command {
        request,
        response: Box::new(Response {
            ty: response?.clone(),
            name: match marks.text("response") {
                Some(name) => WireName::explicit(name),
                None => WireName::implied("response", signature.ident.span()),
            },
            words: Words::of_response(marks),
            key: marks.describing(&attr::METHOD).find(of_response).cloned(),
        }),
    })
}

fn component(signature: &Signature, problems: &mut Problems) -> Option<Role> {
    let name = &signature.ident;
    let mut check = Check::new(
        signature,
        format!("a component's accessor is `fn {name}(&mut self) -> &mut dyn path::Handler`"),
        problems,
    );
    check.receiver(false);
    check.no_arguments();
    let handler = check.output(ty::mut_dyn);
    check.done(Role::Component {
        handler: handler?.clone(),
    })
}

impl<'a> Check<'a> {
    fn new(signature: &'a Signature, expected: String, problems: &'a mut Problems) -> Self {
        let mut check = Self {
            signature,
            expected,
            problems,
            sound: true,
        };
        if let Some(token) = &signature.asyncness {
            check.wrong(
                token,
                "not `async`: the device asks and waits for the answer",
            );
        }
        if let Safety::Unsafe(token) = &signature.safety {
            check.wrong(token, "not `unsafe`: generated code calls it");
        }
        for parameter in &signature.generics.params {
            if !matches!(parameter, GenericParam::Lifetime(_)) {
                check.wrong(
                    parameter,
                    "no generic parameters: the trait is used as `dyn`",
                );
            }
        }
        check
    }

    fn wrong(&mut self, tokens: impl ToTokens, fault: impl Display) {
        self.sound = false;
        self.problems
            .at(tokens, format_args!("{fault}; {}", self.expected));
    }

    /// `&self` where `shared`, else that or `&mut self`.
    fn receiver(&mut self, shared: bool) {
        let wanted = if shared { "`&self`" } else { "`&mut self`" };
        let Some(receiver) = self.signature.receiver() else {
            let signature = self.signature;
            match signature.inputs.first() {
                Some(argument) => self.wrong(argument, format_args!("{wanted} is expected here")),
                None => self.wrong(&signature.ident, format_args!("it takes {wanted}")),
            }
            return;
        };
        let fits = matches!(
            &receiver.kind,
            ReceiverKind::Reference(_, _, mutability) if !(shared && mutability.is_some())
        );
        if !fits {
            self.wrong(receiver, format_args!("{wanted} is expected here"));
        }
    }

    fn no_arguments(&mut self) {
        let signature = self.signature;
        for surplus in signature.inputs.iter().skip(1) {
            self.wrong(surplus, "it takes no parameter");
        }
    }

    /// The only parameter after the receiver.
    fn argument(&mut self) -> Option<&'a PatType> {
        let signature = self.signature;
        for surplus in signature.inputs.iter().skip(2) {
            self.wrong(surplus, "one parameter too many");
        }
        match signature.inputs.iter().nth(1) {
            Some(FnArg::Typed(argument)) => Some(argument),
            Some(FnArg::Receiver(_)) => None,
            None => {
                self.wrong(&signature.ident, "it takes the desired value");
                None
            }
        }
    }

    /// What `part` finds in the return type.
    fn output<T: ?Sized>(&mut self, part: impl FnOnce(&'a Type) -> Option<&'a T>) -> Option<&'a T> {
        let signature = self.signature;
        match &signature.output {
            ReturnType::Default => {
                self.wrong(&signature.ident, "it returns nothing");
                None
            }
            ReturnType::Type(_, ty) => {
                let found = part(ty);
                if found.is_none() {
                    self.wrong(ty, "another type is expected here");
                }
                found
            }
        }
    }

    fn done(self, role: Role) -> Option<Role> {
        self.sound.then_some(role)
    }
}
