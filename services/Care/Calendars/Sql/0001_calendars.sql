-- When people work. A change is another row; the highest revision counts.
CREATE TABLE calendars (
  id         text NOT NULL,
  revision   int NOT NULL,
  body       jsonb NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  PRIMARY KEY (id, revision)
);

INSERT INTO calendars (id, revision, body, updated_at, updated_by)
SELECT 'default', 1, jsonb_build_object(
  'names', '{"zh-CN": "工作日", "en": "Working days"}'::jsonb, 'timeZone', 'Asia/Shanghai', 'holidays', '[]'::jsonb, 'extraDays', '[]'::jsonb,
  'week', (SELECT jsonb_object_agg(day, '[{"from": "09:00", "to": "12:00"}, {"from": "13:30", "to": "18:00"}]'::jsonb)
           FROM unnest('{monday,tuesday,wednesday,thursday,friday}'::text[]) day)), now(), 'system:installation'
UNION ALL
SELECT 'always', 1, jsonb_build_object(
  'names', '{"zh-CN": "全天候", "en": "Around the clock"}'::jsonb, 'timeZone', 'Asia/Shanghai', 'holidays', '[]'::jsonb, 'extraDays', '[]'::jsonb,
  'week', (SELECT jsonb_object_agg(day, '[{"from": "00:00", "to": "24:00"}]'::jsonb)
           FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) day)), now(), 'system:installation';
