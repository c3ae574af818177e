//! Texts for messages that no connector brings a template for: the development outbox.

use serde_json::Value;

use super::{ContentType, EmailTemplate};
use crate::message::MessagePayload;
use vestibule_shared::email_template::TemplateType;

/// The product's name where the payload has no application.
const PRODUCT: &str = "Vestibule";

/// The phrases of one language. `{}` stands for the name of the product.
struct Phrases {
    language: &'static str,
    greeting: &'static str,
    subject: &'static str,
    invitation_subject: &'static str,
    sign_in: &'static str,
    register: &'static str,
    forgot_password: &'static str,
    reset_link: &'static str,
    invitation: &'static str,
    generic: &'static str,
    permission: &'static str,
    bind_identifier: &'static str,
    mfa: &'static str,
    bind_mfa: &'static str,
    ignore: &'static str,
}

static ENGLISH: Phrases = Phrases {
    language: "en",
    greeting: "Hello,",
    subject: "Your code for {}",
    invitation_subject: "You are invited to {}",
    sign_in: "use this code to sign in to {}:",
    register: "welcome! Use this code to create your account at {}:",
    forgot_password: "use this code to choose a new password for {}:",
    reset_link: "follow this link to continue at {}:",
    invitation: "you were invited to {}. Follow this link to join:",
    generic: "here is your code for {}:",
    permission: "use this code to confirm that it is you who changes settings at {}:",
    bind_identifier: "use this code to add this address or number to your account at {}:",
    mfa: "use this code as the second step of signing in to {}:",
    bind_mfa: "use this code to switch on 2-step verification at {}:",
    ignore: "It is valid for a short time only. If you did not ask for it, do nothing and give it to nobody.",
};

static OTHERS: [Phrases; 5] = [
    Phrases {
        language: "de",
        greeting: "Guten Tag,",
        subject: "Ihr Code für {}",
        invitation_subject: "Sie sind zu {} eingeladen",
        sign_in: "mit diesem Code melden Sie sich bei {} an:",
        register: "willkommen! Mit diesem Code legen Sie Ihr Konto bei {} an:",
        forgot_password: "mit diesem Code wählen Sie ein neues Passwort für {}:",
        reset_link: "über diesen Link geht es bei {} weiter:",
        invitation: "Sie wurden zu {} eingeladen. Über diesen Link treten Sie bei:",
        generic: "hier ist Ihr Code für {}:",
        permission: "bestätigen Sie mit diesem Code, dass Sie selbst Einstellungen bei {} ändern:",
        bind_identifier: "mit diesem Code fügen Sie diese Adresse oder Nummer Ihrem Konto bei {} hinzu:",
        mfa: "dieser Code ist der zweite Schritt Ihrer Anmeldung bei {}:",
        bind_mfa: "mit diesem Code schalten Sie die Bestätigung in zwei Schritten bei {} ein:",
        ignore: "Er gilt nur kurze Zeit. Wenn Sie ihn nicht angefordert haben, tun Sie nichts und geben Sie ihn niemandem.",
    },
    Phrases {
        language: "fr",
        greeting: "Bonjour,",
        subject: "Votre code pour {}",
        invitation_subject: "Vous êtes invité à rejoindre {}",
        sign_in: "voici le code pour vous connecter à {} :",
        register: "bienvenue ! Voici le code pour créer votre compte chez {} :",
        forgot_password: "voici le code pour choisir un nouveau mot de passe pour {} :",
        reset_link: "suivez ce lien pour continuer chez {} :",
        invitation: "vous êtes invité à rejoindre {}. Suivez ce lien :",
        generic: "voici votre code pour {} :",
        permission: "confirmez avec ce code que c'est bien vous qui modifiez des réglages chez {} :",
        bind_identifier: "voici le code pour ajouter cette adresse ou ce numéro à votre compte chez {} :",
        mfa: "ce code est la deuxième étape de votre connexion à {} :",
        bind_mfa: "voici le code pour activer la vérification en deux étapes chez {} :",
        ignore: "Il n'est valable que peu de temps. Si vous n'avez rien demandé, ne faites rien et ne le donnez à personne.",
    },
    Phrases {
        language: "ru",
        greeting: "Здравствуйте!",
        subject: "Ваш код для {}",
        invitation_subject: "Вас приглашают в {}",
        sign_in: "Код для входа в {}:",
        register: "Добро пожаловать! Код для создания учётной записи в {}:",
        forgot_password: "Код для выбора нового пароля в {}:",
        reset_link: "Чтобы продолжить в {}, перейдите по ссылке:",
        invitation: "Вас пригласили в {}. Чтобы присоединиться, перейдите по ссылке:",
        generic: "Ваш код для {}:",
        permission: "Подтвердите этим кодом, что настройки в {} меняете именно вы:",
        bind_identifier: "Код для добавления этого адреса или номера к вашей учётной записи в {}:",
        mfa: "Код для второго шага входа в {}:",
        bind_mfa: "Код для включения двухэтапной проверки в {}:",
        ignore: "Он действует недолго. Если вы ничего не запрашивали, ничего не делайте и никому его не сообщайте.",
    },
    Phrases {
        language: "ko",
        greeting: "안녕하세요.",
        subject: "{} 인증 코드",
        invitation_subject: "{} 초대장",
        sign_in: "{}에 로그인하려면 다음 코드를 입력하세요:",
        register: "환영합니다! {} 계정을 만들려면 다음 코드를 입력하세요:",
        forgot_password: "{}의 새 비밀번호를 정하려면 다음 코드를 입력하세요:",
        reset_link: "{}에서 계속하려면 다음 링크를 여세요:",
        invitation: "{}에 초대되었습니다. 참여하려면 다음 링크를 여세요:",
        generic: "{} 코드입니다:",
        permission: "{}의 설정을 바꾸는 사람이 본인인지 다음 코드로 확인해 주세요:",
        bind_identifier: "이 주소나 번호를 {} 계정에 추가하려면 다음 코드를 입력하세요:",
        mfa: "{} 로그인의 두 번째 단계에 필요한 코드입니다:",
        bind_mfa: "{}에서 2단계 인증을 켜려면 다음 코드를 입력하세요:",
        ignore: "잠시 동안만 유효합니다. 요청하지 않았다면 무시하고 아무에게도 알려 주지 마세요.",
    },
    Phrases {
        language: "ar",
        greeting: "مرحبًا،",
        subject: "رمزك لدى {}",
        invitation_subject: "دعوة للانضمام إلى {}",
        sign_in: "استخدم هذا الرمز لتسجيل الدخول إلى {}:",
        register: "أهلًا بك! استخدم هذا الرمز لإنشاء حسابك في {}:",
        forgot_password: "استخدم هذا الرمز لاختيار كلمة مرور جديدة في {}:",
        reset_link: "افتح هذا الرابط للمتابعة في {}:",
        invitation: "تمت دعوتك إلى {}. افتح هذا الرابط للانضمام:",
        generic: "هذا رمزك لدى {}:",
        permission: "أكّد بهذا الرمز أنك أنت من يغيّر الإعدادات في {}:",
        bind_identifier: "استخدم هذا الرمز لإضافة هذا العنوان أو الرقم إلى حسابك في {}:",
        mfa: "هذا الرمز هو الخطوة الثانية لتسجيل الدخول إلى {}:",
        bind_mfa: "استخدم هذا الرمز لتفعيل التحقق بخطوتين في {}:",
        ignore: "يسري لفترة قصيرة فقط. إذا لم تطلبه فتجاهل هذه الرسالة ولا تعطه لأحد.",
    },
];

/// The built-in plain text for a message, in its language or in English, complete with
/// the product's name; the code or link is still a variable.
pub fn builtin_template(usage_type: TemplateType, payload: &MessagePayload) -> EmailTemplate {
    let phrases = phrases(payload.locale.as_deref().unwrap_or_default());
    let link = payload.code.is_none() && payload.link.is_some();
    let invitation = usage_type == TemplateType::OrganizationInvitation;
    let name = match invitation {
        true => name_of(&payload.organization).or_else(|| name_of(&payload.application)),
        false => name_of(&payload.application),
    };
    // A name must not bring placeholders of its own.
    let name = name.unwrap_or(PRODUCT).replace("{{", "{ {");
    let subject = if invitation { phrases.invitation_subject } else { phrases.subject };
    let reason = match (usage_type, link) {
        (TemplateType::OrganizationInvitation, _) => phrases.invitation,
        (_, true) => phrases.reset_link,
        (TemplateType::SignIn, false) => phrases.sign_in,
        (TemplateType::Register, false) => phrases.register,
        (TemplateType::ForgotPassword, false) => phrases.forgot_password,
        (TemplateType::Generic, false) => phrases.generic,
        (TemplateType::UserPermissionValidation, false) => phrases.permission,
        (TemplateType::BindNewIdentifier, false) => phrases.bind_identifier,
        (TemplateType::MfaVerification, false) => phrases.mfa,
        (TemplateType::BindMfa, false) => phrases.bind_mfa,
    };
    let variable = if link || invitation { "{{link}}" } else { "{{code}}" };
    let content = format!(
        "{}\n\n{}\n\n    {variable}\n\n{}\n",
        phrases.greeting,
        reason.replace("{}", &name),
        phrases.ignore
    );
    EmailTemplate {
        subject: subject.replace("{}", &name),
        content,
        content_type: ContentType::Plain,
        reply_to: None,
        send_from: None,
    }
}

/// The phrases of a language tag such as `de` or `de-AT`.
fn phrases(locale: &str) -> &'static Phrases {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    OTHERS
        .iter()
        .find(|phrases| phrases.language.eq_ignore_ascii_case(language))
        .unwrap_or(&ENGLISH)
}

fn name_of(of: &Option<Value>) -> Option<&str> {
    let of = of.as_ref()?;
    ["displayName", "name"]
        .into_iter()
        .filter_map(|key| of.get(key).and_then(Value::as_str))
        .find(|name| !name.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_language_and_usage_shows_the_code() {
        let mut seen = std::collections::HashSet::new();
        for locale in ["en", "de", "fr-CA", "ru", "ko", "ar"] {
            for usage_type in TemplateType::ALL {
                let mut payload = MessagePayload::with_code("123456");
                payload.locale = Some(locale.into());
                payload.application = Some(json!({"name": "internal", "displayName": "Acme"}));
                let secret = if usage_type == TemplateType::OrganizationInvitation {
                    payload.link = Some("https://acme.example/join".into());
                    "https://acme.example/join"
                } else {
                    "123456"
                };
                let email = builtin_template(usage_type, &payload).render(&payload.variables());
                assert!(email.subject.contains("Acme"), "{locale} {usage_type}");
                assert!(email.content.contains(secret), "{locale} {usage_type}");
                assert!(!email.content.contains("{"), "{}", email.content);
                assert!(seen.insert(email.content), "{locale} {usage_type} is not translated");
            }
        }
    }

    #[test]
    fn unknown_languages_get_english_and_nameless_applications_the_product() {
        let mut payload = MessagePayload::with_code("1");
        payload.locale = Some("tlh".into());
        assert_eq!(
            builtin_template(TemplateType::SignIn, &payload).subject,
            "Your code for Vestibule"
        );
    }

    #[test]
    fn names_do_not_smuggle_placeholders() {
        let mut payload = MessagePayload::with_code("123456");
        payload.application = Some(json!({"name": "{{code}}"}));
        let email = builtin_template(TemplateType::SignIn, &payload).render(&payload.variables());
        assert!(!email.subject.contains("123456"));
    }

    #[test]
    fn magic_links_are_shown() {
        let payload = MessagePayload::with_link("https://acme.example/reset");
        let email =
            builtin_template(TemplateType::ForgotPassword, &payload).render(&payload.variables());
        assert!(email.content.contains("https://acme.example/reset"));
    }
}
