import { api } from '../../api/client';
import type { LanguageClient } from '../../editor/language-client';

/** The editor's questions about SQL, answered by the backend, which knows the worksheet's results and temporary tables. */
export function languageClientFor(session: string): LanguageClient {
  return {
    complete: (text, offset) => api.language.complete.mutate({ text, offset, session }),
    check: (text) => api.language.check.mutate({ text, session }),
    hover: (text, offset) => api.language.hover.mutate({ text, offset, session }),
    signature: (text, offset) => api.language.signature.mutate({ text, offset }),
    definition: (text, offset) => api.language.definition.mutate({ text, offset, session }),
    expandStar: (text, offset) => api.language.expandStar.mutate({ text, offset, session }),
    format: (text) => api.language.format.mutate({ text }),
  };
}
