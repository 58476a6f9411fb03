import type { LanguageClient } from '../../editor/language-client';
import { api } from '../../api/client';

/** The editor's questions about SQL, answered by the backend. */
export const languageClient: LanguageClient = {
  complete: (text, offset) => api.language.complete.mutate({ text, offset }),
  check: (text) => api.language.check.mutate({ text }),
  hover: (text, offset) => api.language.hover.mutate({ text, offset }),
  signature: (text, offset) => api.language.signature.mutate({ text, offset }),
  definition: (text, offset) => api.language.definition.mutate({ text, offset }),
  expandStar: (text, offset) => api.language.expandStar.mutate({ text, offset }),
  format: (text) => api.language.format.mutate({ text }),
};
