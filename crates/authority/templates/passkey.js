// Asks the browser for a passkey, and sends what it says with the form. Without it the form stays hidden.
(() => {
  const form = document.getElementById("passkey");
  if (!form || !window.PublicKeyCredential) return;
  const problem = document.getElementById("passkeyError");
  const asked = form.dataset;
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  const text = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const words = (list) => list.split(" ").filter((word) => word);
  const credentials = words(asked.credentials).map((id) => ({ type: "public-key", id: bytes(id) }));
  const sent = ({ rawId, response }) => ({
    id: text(rawId),
    clientData: text(response.clientDataJSON),
  });
  const get = async () => {
    const publicKey = {
      challenge: bytes(asked.challenge),
      rpId: asked.party,
      allowCredentials: credentials,
      userVerification: "required",
    };
    const made = await navigator.credentials.get({ publicKey });
    return {
      ...sent(made),
      authenticatorData: text(made.response.authenticatorData),
      signature: text(made.response.signature),
      userHandle: text(made.response.userHandle ?? new ArrayBuffer(0)),
    };
  };
  const create = async () => {
    const publicKey = {
      challenge: bytes(asked.challenge),
      rp: { id: asked.party, name: asked.organization || asked.party },
      user: { id: bytes(asked.user), name: asked.name, displayName: asked.displayName },
      pubKeyCredParams: words(asked.algorithms).map((number) => ({ type: "public-key", alg: Number(number) })),
      excludeCredentials: credentials,
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    };
    const made = await navigator.credentials.create({ publicKey });
    return {
      ...sent(made),
      authenticatorData: text(made.response.getAuthenticatorData()),
      publicKey: text(made.response.getPublicKey()),
      algorithm: made.response.getPublicKeyAlgorithm(),
    };
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const answer = asked.user ? await create() : await get();
      form.elements.namedItem("passkey").value = JSON.stringify(answer);
    } catch {
      problem.hidden = false;
      return;
    }
    HTMLFormElement.prototype.submit.call(form);
  });
  form.hidden = false;
})();
