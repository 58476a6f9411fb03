import { api } from '../../api/client';
import { useSessions } from '../../app/sessions/session-store';
import type { LanguageClient } from '../../editor/language-client';

function runsElsewhere(session: string): boolean {
  return useSessions.getState().sessions[session]?.runsOn !== undefined;
}

/** The editor's questions about SQL, answered by the backend, which knows the worksheet's results and temporary tables. */
export function languageClientFor(session: string): LanguageClient {
  return {
    complete: (text, offset) => api.language.complete.mutate({ text, offset, session }),
    // Another server's dialect is not ours to judge.
    check: (text) => (runsElsewhere(session) ? Promise.resolve([]) : api.language.check.mutate({ text, session })),
    hover: (text, offset) => api.language.hover.mutate({ text, offset, session }),
    signature: (text, offset) => api.language.signature.mutate({ text, offset }),
    definition: (text, offset) => api.language.definition.mutate({ text, offset, session }),
    expandStar: (text, offset) => api.language.expandStar.mutate({ text, offset, session }),
    format: (text) => api.language.format.mutate({ text }),
  };
}
