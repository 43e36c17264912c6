// Whoever signed in again in another tab has a new token; the form still holds the old one.
export const token = (form) => {
  const cookie = document.cookie.match(/csrftoken=([^;]+)/);
  return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
};
