//! Who subscribed to what: the subscriptions of all sessions in a tree of topic levels, and the
//! members of shared subscriptions with whose turn it is (section 4.7; 5.0 also 4.8.2).
//!
//! A topic may have 65536 levels, so the tree lives in one vector and is walked in loops: nothing
//! here, dropping included, takes stack in proportion to its depth.

use std::collections::BTreeMap;
use std::sync::Arc;

use mqttspec_codec::QoS;

use super::session::ClientId;

/// A Topic Filter as a key: two are the same subscription only if they are equal byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Filter {
    /// The `ShareName` of a shared subscription.
    pub(super) share: Option<Arc<str>>,
    /// What topics are matched against, without `$share/{ShareName}/`.
    pub(super) pattern: Arc<str>,
}

impl Filter {
    /// Whether it may match several topics.
    pub(super) fn has_wildcard(&self) -> bool {
        self.pattern.contains(['+', '#'])
    }
}

/// What a session asked for with one Topic Filter, as granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) qos: QoS,
    pub(super) no_local: bool,
    pub(super) retain_as_published: bool,
    pub(super) identifier: Option<u32>,
}

/// The subscriptions of all sessions.
#[derive(Debug)]
pub(super) struct Subscriptions {
    nodes: Vec<Node>,
    free: Vec<usize>,
}

/// A place in the tree: the end of at least one Topic Filter that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(usize);

#[derive(Debug, Default)]
struct Node {
    parent: usize,
    /// The level in the parent that leads here.
    level: Arc<str>,
    /// By level; `+` and `#` are levels like others, except to a search.
    children: BTreeMap<Arc<str>, usize>,
    subscribers: BTreeMap<ClientId, Subscription>,
    shares: BTreeMap<Arc<str>, Share>,
}

/// The members of one shared subscription, in the order in which they joined.
#[derive(Debug, Default)]
pub(super) struct Share {
    members: Vec<(ClientId, Subscription)>,
    /// Index of the member whose turn is next; one past the end is the first.
    turn: usize,
}

const ROOT: usize = 0;

impl Default for Subscriptions {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], free: Vec::new() }
    }
}

impl Subscriptions {
    /// Adds a subscription or replaces the one with the same filter. Returns whether there was one.
    pub(super) fn insert(
        &mut self,
        filter: &Filter,
        client: &ClientId,
        subscription: Subscription,
    ) -> bool {
        let mut index = ROOT;
        for level in filter.pattern.split('/') {
            index = match self.nodes[index].children.get(level) {
                Some(&child) => child,
                None => self.add_child(index, level),
            };
        }
        let node = &mut self.nodes[index];
        match &filter.share {
            None => node.subscribers.insert(client.clone(), subscription).is_some(),
            Some(name) => node.shares.entry(name.clone()).or_default().insert(client, subscription),
        }
    }

    /// Removes a subscription. Returns whether there was one.
    pub(super) fn remove(&mut self, filter: &Filter, client: &ClientId) -> bool {
        let Some(Place(index)) = self.find(&filter.pattern) else { return false };
        let node = &mut self.nodes[index];
        let removed = match &filter.share {
            None => node.subscribers.remove(client).is_some(),
            Some(name) => {
                let Some(share) = node.shares.get_mut(name) else { return false };
                let removed = share.remove(client);
                if share.members.is_empty() {
                    node.shares.remove(name);
                }
                removed
            }
        };
        self.prune(index);
        removed
    }

    /// All places whose filters match a Topic Name, by section 4.7.
    pub(super) fn matching(&self, topic: &str) -> Vec<Place> {
        let mut found = Vec::new();
        let mut frontier = vec![ROOT];
        // A wildcard on the first level does not match a name that starts with $ (4.7.2).
        let mut wildcards = !topic.starts_with('$');
        for level in topic.split('/') {
            let mut next = Vec::new();
            for &index in &frontier {
                let children = &self.nodes[index].children;
                if wildcards {
                    found.extend(children.get("#").map(|&child| Place(child)));
                    next.extend(children.get("+"));
                }
                next.extend(children.get(level));
            }
            if next.is_empty() {
                return found;
            }
            frontier = next;
            wildcards = true;
        }
        for &index in &frontier {
            found.push(Place(index));
            // The level above # belongs to it.
            found.extend(self.nodes[index].children.get("#").map(|&child| Place(child)));
        }
        found
    }

    /// All places whose filters fit, whatever the rule.
    pub(super) fn fitting(&self, fits: impl Fn(&str) -> bool) -> Vec<Place> {
        let places = (0..self.nodes.len()).map(Place);
        places
            .filter(|place| !self.nodes[place.0].is_unused() && fits(&self.pattern(*place)))
            .collect()
    }

    /// The place of exactly this filter, if anybody has it or a longer one.
    pub(super) fn find(&self, pattern: &str) -> Option<Place> {
        let mut index = ROOT;
        for level in pattern.split('/') {
            index = *self.nodes[index].children.get(level)?;
        }
        Some(Place(index))
    }

    /// What a client has subscribed to with exactly this filter.
    pub(super) fn get(&self, filter: &Filter, client: &ClientId) -> Option<Subscription> {
        let place = self.find(&filter.pattern)?;
        let Some(name) = &filter.share else { return self.at(place, client) };
        let mut members = self.share(place, name)?.members();
        members.find(|(member, _)| member == client).map(|(_, subscription)| *subscription)
    }

    /// What a client that does not share has subscribed to with the filter that ends at a place.
    pub(super) fn at(&self, place: Place, client: &ClientId) -> Option<Subscription> {
        self.nodes[place.0].subscribers.get(client).copied()
    }

    /// The subscribers at a place that do not share.
    pub(super) fn subscribers(
        &self,
        place: Place,
    ) -> impl Iterator<Item = (&ClientId, &Subscription)> {
        self.nodes[place.0].subscribers.iter()
    }

    /// The `ShareName`s of the shared subscriptions at a place.
    pub(super) fn share_names(&self, place: Place) -> impl Iterator<Item = &Arc<str>> {
        self.nodes[place.0].shares.keys()
    }

    /// The shared subscription with this `ShareName` at a place.
    pub(super) fn share(&self, place: Place, name: &str) -> Option<&Share> {
        self.nodes[place.0].shares.get(name)
    }

    /// The same, to choose a member.
    pub(super) fn share_mut(&mut self, place: Place, name: &str) -> Option<&mut Share> {
        self.nodes[place.0].shares.get_mut(name)
    }

    /// The filter that ends at a place.
    pub(super) fn pattern(&self, place: Place) -> Arc<str> {
        let mut levels = Vec::new();
        let mut index = place.0;
        while index != ROOT {
            levels.push(&*self.nodes[index].level);
            index = self.nodes[index].parent;
        }
        levels.reverse();
        levels.join("/").into()
    }

    fn add_child(&mut self, parent: usize, level: &str) -> usize {
        let level: Arc<str> = level.into();
        let node = Node { parent, level: level.clone(), ..Node::default() };
        let index = match self.free.pop() {
            Some(index) => {
                self.nodes[index] = node;
                index
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        self.nodes[parent].children.insert(level, index);
        index
    }

    /// Gives back nodes that lead nowhere, from `index` upwards.
    fn prune(&mut self, mut index: usize) {
        while index != ROOT && self.nodes[index].is_empty() {
            let Node { parent, level, .. } = std::mem::take(&mut self.nodes[index]);
            self.nodes[parent].children.remove(&level);
            self.free.push(index);
            index = parent;
        }
    }
}

impl Node {
    fn is_empty(&self) -> bool {
        self.children.is_empty() && self.is_unused()
    }

    /// Whether no filter ends here.
    fn is_unused(&self) -> bool {
        self.subscribers.is_empty() && self.shares.is_empty()
    }
}

impl Share {
    /// Finds the next member that `accepts` a message, and gives the turn to the one behind it.
    pub(super) fn choose(
        &mut self,
        accepts: impl Fn(&ClientId, &Subscription) -> bool,
    ) -> Option<(ClientId, Subscription)> {
        let count = self.members.len();
        let chosen = (0..count).map(|step| (self.turn + step) % count).find(|&index| {
            let (client, subscription) = &self.members[index];
            accepts(client, subscription)
        })?;
        self.turn = (chosen + 1) % count;
        Some(self.members[chosen].clone())
    }

    /// All members, in the order in which they joined.
    pub(super) fn members(&self) -> impl Iterator<Item = &(ClientId, Subscription)> {
        self.members.iter()
    }

    fn insert(&mut self, client: &ClientId, subscription: Subscription) -> bool {
        match self.members.iter_mut().find(|(member, _)| member == client) {
            Some((_, existing)) => {
                *existing = subscription;
                true
            }
            None => {
                self.members.push((client.clone(), subscription));
                false
            }
        }
    }

    fn remove(&mut self, client: &ClientId) -> bool {
        let Some(index) = self.members.iter().position(|(member, _)| member == client) else {
            return false;
        };
        self.members.remove(index);
        if index < self.turn {
            self.turn -= 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Subscription = Subscription {
        qos: QoS::AtMostOnce,
        no_local: false,
        retain_as_published: false,
        identifier: None,
    };

    fn filter(pattern: &str) -> Filter {
        Filter { share: None, pattern: pattern.into() }
    }

    fn shared(pattern: &str) -> Filter {
        Filter { share: Some("group".into()), pattern: pattern.into() }
    }

    fn client(name: &str) -> ClientId {
        name.into()
    }

    proptest! {
        #[test]
        fn the_tree_finds_what_comparing_each_filter_finds(
            filters in prop::collection::btree_set(r"(\$?[ab]?|\+)(/(\$?[ab]?|\+)){0,3}(/#)?|#", 0..20),
            topic in r"\$?[ab]?(/\$?[ab]?){0,4}".prop_filter("a name has a character", |t| !t.is_empty()),
        ) {
            let mut subscriptions = Subscriptions::default();
            for pattern in filters.iter().filter(|pattern| !pattern.is_empty()) {
                subscriptions.insert(&filter(pattern), &client(pattern), PLAIN);
            }
            let mut found: Vec<_> = subscriptions
                .matching(&topic)
                .into_iter()
                .flat_map(|place| subscriptions.subscribers(place))
                .map(|(client, _)| client.to_string())
                .collect();
            found.sort();
            let expected: Vec<_> = filters
                .iter()
                .filter(|pattern| !pattern.is_empty())
                .filter(|pattern| mqttspec_codec::topic::matches(pattern, &topic))
                .cloned()
                .collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_tree_that_lost_all_subscriptions_is_a_single_node(
            filters in prop::collection::vec(r"[ab+](/[ab+]){0,3}", 1..20),
        ) {
            let mut subscriptions = Subscriptions::default();
            for pattern in &filters {
                subscriptions.insert(&filter(pattern), &client("c"), PLAIN);
                subscriptions.insert(&shared(pattern), &client("c"), PLAIN);
            }
            for pattern in &filters {
                subscriptions.remove(&filter(pattern), &client("c"));
                subscriptions.remove(&shared(pattern), &client("c"));
            }
            prop_assert_eq!(subscriptions.free.len() + 1, subscriptions.nodes.len());
            prop_assert!(subscriptions.nodes[ROOT].is_empty());
        }
    }

    #[test]
    fn a_filter_of_65536_levels_is_found_and_dropped_without_a_deep_stack() {
        let deep = "/".repeat(65535);
        let mut subscriptions = Subscriptions::default();
        subscriptions.insert(&filter(&deep), &client("c"), PLAIN);
        let found = subscriptions.matching(&deep);
        assert_eq!(found.len(), 1);
        assert_eq!(&*subscriptions.pattern(found[0]), deep);
    }

    #[test]
    fn members_of_a_share_take_turns_and_those_that_do_not_accept_are_passed_over() {
        let mut subscriptions = Subscriptions::default();
        for name in ["a", "b", "c"] {
            assert!(!subscriptions.insert(&shared("t"), &client(name), PLAIN));
        }
        assert!(subscriptions.insert(&shared("t"), &client("a"), PLAIN), "a is a member already");
        let place = subscriptions.find("t").unwrap();
        let share = subscriptions.share_mut(place, "group").unwrap();
        let mut turn = |refused: &str| {
            share.choose(|client, _| &**client != refused).map(|(client, _)| client.to_string())
        };
        let turns: Vec<_> = ["", "", "", "", "b", "b"].into_iter().filter_map(&mut turn).collect();
        assert_eq!(turns, ["a", "b", "c", "a", "c", "a"]);
        // It is the turn of b, also when a has left; c is the last, and then the first again.
        subscriptions.remove(&shared("t"), &client("a"));
        let share = subscriptions.share_mut(place, "group").unwrap();
        assert_eq!(share.choose(|_, _| true), Some((client("b"), PLAIN)));
        subscriptions.remove(&shared("t"), &client("b"));
        let share = subscriptions.share_mut(place, "group").unwrap();
        assert_eq!(share.choose(|_, _| true), Some((client("c"), PLAIN)));
    }
}
