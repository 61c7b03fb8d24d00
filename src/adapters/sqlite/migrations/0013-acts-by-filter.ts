/** The audit trail by what it is asked by; the place of a row, which is in every index, is the order. */
export const actsByFilter = `
CREATE INDEX act_by_subject ON act (kind, subject);
CREATE INDEX act_by_kind ON act (kind);
CREATE INDEX act_by_account ON act (account);
CREATE INDEX act_by_actor_account ON act (actor_account);
CREATE INDEX act_by_actor_name ON act (actor_name);
CREATE INDEX act_by_app ON act (app) WHERE app IS NOT NULL;
CREATE INDEX act_by_at ON act (at);
`;
