import type { UserSettings } from '../../../shared/project';
import { readSettings, settingsPatch, updateSettings } from '../../project/user-settings';
import { procedure, router } from '../trpc';

export const settingsRouter = router({
  get: procedure.query((): Promise<UserSettings> => readSettings()),
  update: procedure.input(settingsPatch).mutation(async ({ ctx, input }): Promise<UserSettings> => {
    const settings = await updateSettings(input);
    ctx.host.events.publish({ type: 'settings' });
    return settings;
  }),
});
