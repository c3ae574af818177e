//! An authorization request goes on after a person was asked.

use crate::flows::error::{FlowError, reject};
use crate::flows::interaction::{Interaction, Outcome};
use crate::flows::provider::authorization::{self, Answer};
use crate::flows::provider::sessions::{self, Established};
use crate::state::App;
use vestibule_protocol::error::OAuthError;
use vestibule_protocol::prompt::PromptDecision;
use vestibule_protocol::ui_location;
use vestibule_shared::ErrorCode;
use vestibule_store::{Durability, StoreError, interactions, users};

/// How the request goes on.
pub struct Resumed {
    /// The answer to the client, or the page again.
    pub answer: Answer,
    /// A session that was established on the way.
    pub session: Option<Established>,
    /// Whether the interaction has ended.
    pub has_ended: bool,
}

/// Resumes a request. The interaction is used up by it: of many callers exactly one gets the code.
pub async fn resume(
    app: &App,
    uid: &str,
    session_secret: Option<&str>,
) -> Result<Resumed, FlowError> {
    let now = app.clock.now();
    let interaction = Interaction::load(&mut app.store.read().await?, uid, None, now).await?;
    let request = &interaction.request;
    let (user_id, at) = match &interaction.state.outcome {
        Some(Outcome::SignedIn { user_id, at }) => (user_id, *at),
        Some(Outcome::Aborted) => {
            consume(app, &interaction).await?;
            let error = OAuthError::access_denied("End-User aborted interaction");
            return Ok(ended(authorization::refuse(app, request, &error), None));
        }
        None => {
            let answer = Answer::Interaction {
                uid: uid.to_owned(),
                client_id: interaction.client_id.clone(),
                ui_locales: request.ui_locales.clone(),
                location: ui_location::sign_in(&request.client_id, &request.extras),
            };
            return Ok(Resumed { answer, session: None, has_ended: false });
        }
    };
    let client = app.catalog.client(&app.store, &interaction.client_id).await?;
    let client = client.ok_or_else(|| OAuthError::unknown_client(&interaction.client_id))?;
    let hinted = interaction.hinted_subject.as_deref();
    app.store
        .write(Durability::Durable, async |connection| {
            let gone = || reject(400, ErrorCode::SessionNotFound);
            let id = Interaction::id_of(uid);
            interactions::consume(connection, &id, now).await?.ok_or_else(gone)?;
            let user = users::by_id(connection, user_id).await?.ok_or_else(gone)?;
            if user.is_suspended {
                return Err(reject(401, ErrorCode::UserSuspended).into());
            }
            let established =
                sessions::establish(app, connection, session_secret, user_id, at, now).await?;
            let session = &established.session;
            let decision =
                authorization::decide(app, &client, request, Some(session), hinted, true);
            let answer = match decision {
                PromptDecision::Refuse(error) => authorization::refuse(app, request, &error),
                // Somebody other than the hint names has signed in.
                PromptDecision::Login(_) => {
                    let error = OAuthError::login_required("requested subject was not signed in");
                    authorization::refuse(app, request, &error)
                }
                PromptDecision::Consent(_) => return Err(authorization::consent_was_asked()),
                PromptDecision::Proceed => {
                    authorization::complete(app, connection, &client, request, session).await?
                }
            };
            Ok(ended(answer, Some(established)))
        })
        .await
}

fn ended(answer: Answer, session: Option<Established>) -> Resumed {
    Resumed { answer, session, has_ended: true }
}

async fn consume(app: &App, interaction: &Interaction) -> Result<(), FlowError> {
    let now = app.clock.now();
    let id = Interaction::id_of(&interaction.uid);
    app.store
        .write::<_, StoreError, _>(Durability::Relaxed, async |connection| {
            interactions::consume(connection, &id, now).await
        })
        .await?;
    Ok(())
}
