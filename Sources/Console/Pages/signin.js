// Signing in with a token, on both pages.
import { me, signIn, signOut } from "./api.js";
import { byID, fill, h, label, t } from "./dom.js";

/** Shows the sign-in form until somebody with one of `roles` is signed in; then calls `done(account, wasTyped)`. */
export async function withAccount(roles, done) {
  const account = await me().catch(() => null);
  if (account && roles.includes(account.role)) {
    open(account, done, false);
  } else {
    show(roles, done, account ? t("wrongRole") : "");
  }
}

function open(account, done, wasTyped) {
  byID("signin").hidden = true;
  byID("app").hidden = false;
  done(account, wasTyped);
}

function show(roles, done, message) {
  byID("app").hidden = true;
  byID("signin").hidden = false;
  const input = h("input", {
    type: "password", id: "token", autocomplete: "current-password", required: true, placeholder: t("tokenHint"),
  });
  const error = h("p", { class: "formError", role: "alert" }, message);
  const submit = async (event) => {
    event.preventDefault();
    error.textContent = "";
    try {
      await signIn(input.value.trim());
      const account = await me();
      if (account && roles.includes(account.role)) return open(account, done, true);
      error.textContent = t("wrongRole");
    } catch (problem) {
      error.textContent = problem.status === 401 ? t("tokenWrong") : t(`problem.${problem.code}`);
    }
    input.select();
  };
  fill(byID("signin"), h("form", { class: "signin", onsubmit: submit },
    h("div", { class: "bell", "aria-hidden": "true" }, "铃"),
    h("h1", {}, "银铃", h("small", {}, "Silverbell")),
    h("label", { for: "token" }, label("token")), input, error,
    h("button", { class: "primary big", type: "submit" }, label("signIn"))));
  input.focus();
}

export async function leave() {
  await signOut().catch(() => {});
  location.reload();
}
