/**
 * All that a table is besides its rows, as statements that make another table the same: columns, constraints, indexes, triggers,
 * row-level security, policies and privileges. What it cannot copy, it refuses.
 */
import type { ClientBase } from 'pg';

export interface TableDefinition {
  /** With columns and primary key alone. */
  readonly create: string;
  /** What costs writes, or would refuse rows whose merge is not complete yet. */
  readonly finish: readonly string[];
  readonly triggers: readonly string[];
  /** Views over the table: they have to be pointed to the other one. */
  readonly views: readonly string[];
}

/** @param schema where the other table is made, by the same name. @throws Error for what cannot be copied. */
export async function definitionOf(
  client: ClientBase,
  table: string,
  schema: string,
): Promise<TableDefinition> {
  const source = `public.${table}`;
  const target = `${schema}.${table}`;
  const list = async (sql: string): Promise<string[]> => {
    const { rows } = await client.query<{ statement: string }>(sql, [source]);
    return rows.map(({ statement }) => statement);
  };
  // Expressions are written as a session sees them that looks in the schema `public` alone.
  await client.query('SET search_path = public');
  const refused = await list(REFUSED);
  if (refused.length > 0) {
    throw new Error(`${table} cannot be replaced: ${refused.join('; ')}`);
  }
  const [primaryKey = ''] = await list(PRIMARY_KEY);
  const [security = ''] = await list(SECURITY);
  const on = (statements: readonly string[]) =>
    statements.map((statement) => statement.replaceAll(TARGET, target));
  const create = `CREATE TABLE ${target} (LIKE ${source} INCLUDING ALL EXCLUDING CONSTRAINTS EXCLUDING INDEXES);
    ${on([primaryKey]).join('')}`;
  const finish = [
    ...(await list(CONSTRAINTS)),
    ...(await list(INDEXES)),
    security,
    ...(await list(POLICIES)),
    ...(await list(PRIVILEGES)),
  ];
  return {
    create,
    finish: on(finish),
    triggers: on(await list(TRIGGERS)),
    views: await list(VIEWS),
  };
}

/** Stands for the other table in the statements below. */
const TARGET = '<target>';

const REFUSED = `
  SELECT 'table ' || conrelid::regclass || ' refers to it' AS statement FROM pg_constraint WHERE confrelid = $1::regclass AND contype = 'f'
  UNION ALL
  SELECT 'it is partitioned or inherits' FROM pg_class
  WHERE oid = $1::regclass AND (relkind <> 'r' OR relispartition OR relhassubclass
    OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = $1::regclass))
  UNION ALL
  SELECT 'column ' || attname || ' has privileges of its own or numbers itself' FROM pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND (attacl IS NOT NULL OR attidentity <> '')
  UNION ALL
  SELECT 'a sequence belongs to it' FROM pg_depend JOIN pg_class ON pg_class.oid = objid AND relkind = 'S'
  WHERE refobjid = $1::regclass AND pg_depend.classid = 'pg_class'::regclass
  UNION ALL
  SELECT DISTINCT 'function ' || objid::regprocedure || ' is bound to it: give it a body in quotes' FROM pg_depend
  WHERE classid = 'pg_proc'::regclass
    AND (refobjid = $1::regclass OR refobjid IN (SELECT reltype FROM pg_class WHERE oid = $1::regclass))
  UNION ALL
  SELECT 'it is published' FROM pg_publication_rel WHERE prrelid = $1::regclass`;

const PRIMARY_KEY = `
  SELECT format('ALTER TABLE ${TARGET} ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) AS statement
  FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'p'`;

const CONSTRAINTS = `
  SELECT format('ALTER TABLE ${TARGET} ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) AS statement
  FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('c', 'u', 'x', 'f') ORDER BY conname`;

/** But those of constraints. */
const INDEXES = `
  SELECT replace(pg_get_indexdef(indexrelid), format(' ON %s USING ', (
           SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
           WHERE pg_class.oid = $1::regclass)), ' ON ${TARGET} USING ') AS statement
  FROM pg_index WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
  ORDER BY indexrelid::regclass::text`;

const SECURITY = `
  SELECT concat_ws('; ',
    CASE WHEN relrowsecurity THEN 'ALTER TABLE ${TARGET} ENABLE ROW LEVEL SECURITY' END,
    CASE WHEN relforcerowsecurity THEN 'ALTER TABLE ${TARGET} FORCE ROW LEVEL SECURITY' END,
    format('ALTER TABLE ${TARGET} OWNER TO %I', pg_get_userbyid(relowner))) AS statement
  FROM pg_class WHERE oid = $1::regclass`;

const POLICIES = `
  SELECT format('CREATE POLICY %I ON ${TARGET} AS %s FOR %s TO %s', policyname, permissive, cmd,
           (SELECT string_agg(CASE role WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(role) END, ', ') FROM unnest(roles) AS role))
         || coalesce(' USING (' || qual || ')', '') || coalesce(' WITH CHECK (' || with_check || ')', '') AS statement
  FROM pg_policies WHERE format('%I.%I', schemaname, tablename)::regclass = $1::regclass ORDER BY policyname`;

const PRIVILEGES = `
  SELECT format('GRANT %s ON ${TARGET} TO %s%s', privilege_type,
           CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
           CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS statement
  FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = $1::regclass AND grantee <> relowner
  ORDER BY 1`;

const TRIGGERS = `
  SELECT replace(pg_get_triggerdef(oid, true), format(' ON %s ', tgrelid::regclass), ' ON ${TARGET} ') AS statement
  FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal ORDER BY tgname`;

/** Privileges and owner of a view stay when it is replaced. */
const VIEWS = `
  SELECT DISTINCT format('CREATE OR REPLACE VIEW %I.%I%s AS %s', nspname, relname,
           CASE WHEN reloptions IS NULL THEN '' ELSE format(' WITH (%s)', array_to_string(reloptions, ', ')) END,
           pg_get_viewdef(pg_class.oid)) AS statement
  FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid JOIN pg_class ON pg_class.oid = ev_class AND relkind = 'v'
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE refobjid = $1::regclass AND pg_depend.classid = 'pg_rewrite'::regclass`;
