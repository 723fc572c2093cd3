//! Enhanced authentication: the exchange of AUTH packets behind CONNECT, and later ones that a
//! client starts (5.0, section 4.12). The method is [`ChallengeResponse`].

use mqttspec_codec::packet::{Auth, Connect};
use mqttspec_codec::{PropertiesBuilder, Property, ReasonCode};

use super::Broker;
use super::connection::Phase;
use super::event::ConnectionId;
use crate::config::ChallengeResponse;

impl Broker {
    /// Answers a CONNECT that has the method of this broker.
    pub(super) fn challenge(&mut self, id: ConnectionId, connect: Box<Connect>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.phase = Phase::Authenticating(connect);
        self.send_challenge(id);
    }

    /// AUTH came in place of the CONNACK that is not yet sent.
    pub(super) fn answer_challenge(&mut self, id: ConnectionId, auth: &Auth) {
        if auth.reason != ReasonCode::ContinueAuthentication || !self.is_method_of_broker(auth) {
            let why = "AUTH has to continue the exchange that CONNECT began";
            return self.refuse(id, ReasonCode::ProtocolError, why);
        }
        if !self.is_right_answer(auth) {
            return self.refuse(id, ReasonCode::NotAuthorized, "this is not the right response");
        }
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let phase = std::mem::replace(&mut connection.phase, Phase::Opened);
        if let Phase::Authenticating(connect) = phase {
            self.accept(id, *connect);
        }
    }

    /// AUTH came on an accepted connection.
    pub(super) fn reauthenticate(&mut self, id: ConnectionId, auth: &Auth) {
        let link = self.connections.get_mut(&id).and_then(|connection| connection.link_mut());
        let Some(link) = link else { return };
        let method = auth.properties.authentication_method();
        if method.is_none() || method != link.authentication_method.as_deref() {
            let why = "AUTH needs the Authentication Method of CONNECT";
            return self.refuse(id, ReasonCode::ProtocolError, why);
        }
        match (auth.reason, link.is_challenged) {
            (ReasonCode::ReAuthenticate, false) => {
                link.is_challenged = true;
                self.send_challenge(id);
            }
            (ReasonCode::ContinueAuthentication, true) => {
                link.is_challenged = false;
                if self.is_right_answer(auth) {
                    self.send_auth(id, ReasonCode::Success, None);
                } else {
                    self.refuse(id, ReasonCode::NotAuthorized, "this is not the right response");
                }
            }
            _ => self.refuse(id, ReasonCode::ProtocolError, "AUTH is out of turn"),
        }
    }

    fn send_challenge(&mut self, id: ConnectionId) {
        let method = self.config.authentication.as_ref();
        let challenge = method.map(|method| method.challenge.clone());
        self.send_auth(id, ReasonCode::ContinueAuthentication, challenge.as_deref());
    }

    fn send_auth(&mut self, id: ConnectionId, reason: ReasonCode, data: Option<&[u8]>) {
        let Some(ChallengeResponse { method, .. }) = &self.config.authentication else { return };
        let mut builder = PropertiesBuilder::new();
        builder
            .push(Property::AuthenticationMethod(method))
            .expect("clients have sent this string");
        if let Some(data) = data {
            // A challenge that is too long for the field cannot be sent, and not be answered.
            let _ = builder.push(Property::AuthenticationData(data));
        }
        self.send(id, Auth { reason, properties: builder.build() });
    }

    fn is_method_of_broker(&self, auth: &Auth) -> bool {
        let method = self.config.authentication.as_ref().map(|method| method.method.as_str());
        method.is_some() && method == auth.properties.authentication_method()
    }

    fn is_right_answer(&self, auth: &Auth) -> bool {
        let expected = self.config.authentication.as_ref().map(ChallengeResponse::response);
        expected.as_deref() == auth.properties.authentication_data()
    }
}
