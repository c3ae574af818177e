//! The application around the pages.

use crate::flow::Flow;
use crate::layout::Frame;
use crate::navigation;
use crate::pages;
use crate::route::Route;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use vestibule_kit::browser;
use vestibule_kit::controls::{DialogHost, Dialogs, Question, ToastHost, Toasts, dynamic};
use vestibule_kit::settings::Settings;

/// Why a page cannot be shown; takes its place until the next navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// No sign-in is under way, or not the step that the page belongs to.
    InvalidSession,
    /// The link to create the first administrator is not valid.
    SetupLink,
}

/// What every page can reach.
#[derive(Clone, Copy)]
pub struct Shell {
    /// The sign-in experience.
    pub settings: &'static Settings,
    /// Whether the dark theme is shown.
    pub dark: RwSignal<bool>,
    /// Short messages.
    pub toasts: Toasts,
    /// Questions.
    pub dialogs: Dialogs,
    /// Whether the person agreed to the terms.
    pub agreed: RwSignal<bool>,
    route: RwSignal<Route>,
    obstacle: RwSignal<Option<Obstacle>>,
}

/// The shell that the page stands in.
pub fn shell() -> Shell {
    expect_context()
}

impl Shell {
    /// The page that is shown.
    pub fn route(self) -> Route {
        self.route.get_untracked()
    }

    /// Goes to a page.
    pub fn go(self, route: Route) {
        navigation::push(route);
        self.show(route);
    }

    /// Goes to a page, so that "back" does not return to this one.
    pub fn go_instead(self, route: Route) {
        navigation::replace(route);
        self.show(route);
    }

    fn show(self, route: Route) {
        self.toasts.clear();
        self.obstacle.set(None);
        self.route.set(route);
    }

    /// Shows why it does not go on, in the place of the page.
    pub fn stop(self, obstacle: Obstacle) {
        self.obstacle.set(Some(obstacle));
    }

    /// Runs a task unless the last one of the same page is still running.
    pub fn run(self, busy: RwSignal<bool>, task: impl Future<Output = ()> + 'static) {
        self.run_boxed(busy, Box::pin(task));
    }

    fn run_boxed(self, busy: RwSignal<bool>, task: Pin<Box<dyn Future<Output = ()>>>) {
        if busy.get_untracked() {
            return;
        }
        self.toasts.clear();
        busy.set(true);
        leptos::task::spawn_local(async move {
            task.await;
            busy.set(false);
        });
    }

    /// Tells something that the person must have read.
    pub async fn alert(self, message: String) {
        self.dialogs.ask(Question::alert(message)).await;
    }

    /// Goes back to the application. Never returns: the page stays as it is until it is gone.
    pub async fn leave(self, address: String) {
        Flow::forget();
        browser::leave_for(&address);
        std::future::pending().await
    }
}

/// The application.
#[component]
pub fn App(settings: &'static Settings, dark: RwSignal<bool>) -> impl IntoView {
    let shell = Shell {
        settings,
        dark,
        toasts: Toasts::default(),
        dialogs: Dialogs::default(),
        agreed: RwSignal::new(false),
        route: RwSignal::new(navigation::current()),
        obstacle: RwSignal::new(None),
    };
    provide_context(shell);
    navigation::follow_history(move |route| shell.show(route));
    Effect::new(move |_| {
        shell.route.track();
        shell.obstacle.track();
        focus_page();
    });
    let page = move || match shell.obstacle.get() {
        Some(obstacle) => pages::obstacle(obstacle),
        None => pages::page(shell.route.get()),
    };
    view! {
        <Frame route=Signal::derive(move || shell.route.get())>{dynamic(page)}</Frame>
        <ToastHost toasts=shell.toasts/>
        <DialogHost dialogs=shell.dialogs/>
    }
}

/// Moves the focus to the first empty field of a new page, or to its heading.
fn focus_page() {
    browser::after_render(|| {
        let _ = ["main form input:not([hidden])", "#title"].into_iter().any(browser::focus_now);
    });
}
