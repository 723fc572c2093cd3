//! Enhanced authentication: the exchange of AUTH packets behind CONNECT, and later ones that a
//! client starts (5.0, section 4.12). The method is [`ChallengeResponse`].

use mqttspec_codec::packet::{Auth, Connect};
use mqttspec_codec::{PropertiesBuilder, Property, ReasonCode};

use super::Broker;
use super::connection::Phase;
use super::event::ConnectionId;
use crate::config::ChallengeResponse;
use crate::defect::Flaw;

impl Broker {
    /// Whether this is the method of this broker.
    pub(super) fn knows_method(&self, method: Option<&str>) -> bool {
        let known = self.config.authentication.as_ref().map(|known| known.method.as_str());
        known.is_some() && known == method
    }

    /// Answers a CONNECT that has the method of this broker.
    pub(super) fn challenge(&mut self, id: ConnectionId, connect: Box<Connect>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.phase = Phase::Authenticating(connect);
        self.send_challenge(id);
    }

    /// AUTH came in place of the CONNACK that is not yet sent.
    pub(super) fn answer_challenge(&mut self, id: ConnectionId, auth: &Auth) {
        let is_in_turn = auth.reason == ReasonCode::ContinueAuthentication
            || self.config.has(Flaw::AuthCodeUnchecked);
        let is_same_method = self.knows_method(auth.properties.authentication_method())
            || self.config.has(Flaw::AuthMethodUnchecked);
        if !is_in_turn || !is_same_method {
            let why = "AUTH has to continue the exchange that CONNECT began";
            return self.refuse(id, ReasonCode::ProtocolError, why);
        }
        if !self.is_right_answer(auth) {
            if self.config.has(Flaw::RefusedResponseKept) {
                return;
            }
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
        if link.authentication_method.is_none()
            && self.config.has(Flaw::AuthWithoutMethodPassedOver)
        {
            return;
        }
        let is_checked = !self.config.has(Flaw::ReauthenticationMethodUnchecked);
        if method.is_none() || is_checked && method != link.authentication_method.as_deref() {
            let why = "AUTH needs the Authentication Method of CONNECT";
            return self.refuse(id, ReasonCode::ProtocolError, why);
        }
        match (auth.reason, link.is_challenged) {
            (ReasonCode::ReAuthenticate, false)
                if self.config.has(Flaw::ReauthenticationRefused) =>
            {
                self.refuse(id, ReasonCode::ProtocolError, "once is enough");
            }
            (ReasonCode::ReAuthenticate, false) => {
                link.is_challenged = true;
                self.send_challenge(id);
            }
            (ReasonCode::ContinueAuthentication, true) => {
                link.is_challenged = false;
                if self.is_right_answer(auth) {
                    self.send_auth(id, ReasonCode::Success, None);
                } else if !self.config.has(Flaw::FailedReauthenticationKept) {
                    self.refuse(id, ReasonCode::NotAuthorized, "this is not the right response");
                }
            }
            _ if self.config.has(Flaw::AuthOutOfTurnPassedOver) => {}
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

    fn is_right_answer(&self, auth: &Auth) -> bool {
        let expected = self.config.authentication.as_ref().map(ChallengeResponse::response);
        expected.as_deref() == auth.properties.authentication_data()
            || self.config.has(Flaw::ResponseUnchecked)
    }
}
