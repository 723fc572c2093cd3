//! Properties of a packet with some of them left out, added or altered.

use mqttspec_codec::{Properties, PropertiesBuilder, Property, PropertyOwner};

/// The properties without those that are left out.
pub(super) fn without<K: PropertyOwner>(
    properties: &Properties<K>,
    mut is_left_out: impl FnMut(&Property<'_>) -> bool,
) -> Properties<K> {
    rebuilt(properties.iter().filter(|property| !is_left_out(property)))
}

/// The properties and one more, unless the packet has it already.
pub(super) fn with<K: PropertyOwner>(
    properties: &Properties<K>,
    more: Property<'_>,
) -> Properties<K> {
    rebuilt(properties.iter().chain([more]))
}

/// The properties, each as it is replaced.
pub(super) fn replaced<'a, K: PropertyOwner>(
    properties: &'a Properties<K>,
    replace: impl FnMut(Property<'a>) -> Property<'a>,
) -> Properties<K> {
    rebuilt(properties.iter().map(replace))
}

/// What may not stand in the packet, or not again, is left out.
pub(super) fn rebuilt<'a, K: PropertyOwner>(
    properties: impl Iterator<Item = Property<'a>>,
) -> Properties<K> {
    let mut builder = PropertiesBuilder::new();
    for property in properties {
        let _ = builder.push(property);
    }
    builder.build()
}
