/**
 * What row-level security demands of a migrated database, as a check: every table is behind the wall, nothing bypasses it.
 * A new table without its policy, a grant on a partition, a view that runs as its owner: each is named.
 */
import type { ClientBase } from 'pg';

/** The columns that make a row some tenant's or some customer's. */
const TENANT_COLUMNS = ['customer_id', 'outlet_id', 'franchise_id'];

interface Rule {
  /** What is wrong with each `subject` that `select` finds. */
  readonly fault: string;
  readonly select: string;
}

/** Columns that no report shows: secrets, what only providers and devices need, and what names a guest. */
const UNREPORTED_COLUMNS =
  'hash|password|token|secret|email|channel|redirect_url|qr_code|evidence$|^note$|^address$|user_agent|^key$';
/** The address of an outlet is not a guest's. */
const REPORTED_NEVERTHELESS = ['outlet.address'];

/** `$1`: the subgraph's roles by the prefix `kedai_<subgraph>`; `$2`: TENANT_COLUMNS; `$3`, `$4`: the two above. */
const RULES: readonly Rule[] = [
  {
    fault: 'has no row-level security: CALL protect(…) in its migration',
    select: `SELECT relname AS subject FROM tables WHERE NOT relrowsecurity AND NOT relispartition`,
  },
  {
    fault: 'has no policy for the worker',
    select: `SELECT relname AS subject FROM tables
             WHERE NOT relispartition AND NOT EXISTS (SELECT FROM policies WHERE policies.relid = tables.oid AND role = $1 || '_worker')`,
  },
  {
    fault: 'lets tenants see rows that carry a tenant by no condition on it',
    select: `SELECT relname AS subject FROM tables
             WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = tables.oid AND attname = ANY ($2) AND NOT attisdropped)
               AND EXISTS (SELECT FROM grants WHERE grants.relid = tables.oid AND role = $1 || '_tenant' AND privilege <> 'INSERT')
               AND NOT EXISTS (SELECT FROM policies WHERE policies.relid = tables.oid AND role = $1 || '_tenant'
                                AND (name = 'public_read' OR condition ~ 'caller_'))`,
  },
  {
    // A condition by another table's rows is that table's, whose policies hold within it.
    fault: 'lets tenants write rows by no condition',
    select: `SELECT relname AS subject FROM tables
             WHERE relname <> 'outbox'
               AND EXISTS (SELECT FROM grants WHERE grants.relid = tables.oid AND role = $1 || '_tenant' AND privilege <> 'SELECT')
               AND NOT EXISTS (SELECT FROM policies WHERE policies.relid = tables.oid AND role = $1 || '_tenant'
                                AND (condition ~ 'caller_' OR EXISTS (
                                  SELECT FROM policies AS whole JOIN tables AS walled ON walled.oid = whole.relid
                                  WHERE whole.role = $1 || '_tenant' AND whole.condition ~ 'caller_'
                                    AND policies.condition ~ ('FROM ' || walled.relname || '\\M'))))`,
  },
  {
    fault: 'is granted to everybody',
    select: `SELECT relname AS subject FROM tables WHERE EXISTS (SELECT FROM grants WHERE grants.relid = tables.oid AND role = 'PUBLIC')`,
  },
  {
    fault: 'is granted to the account of requests, which may do nothing before it takes a role',
    select: `SELECT relname AS subject FROM tables WHERE EXISTS (SELECT FROM grants WHERE grants.relid = tables.oid AND role = $1)`,
  },
  {
    fault: 'is a partition and granted: policies do not reach what is named directly',
    select: `SELECT oid::regclass::text AS subject FROM pg_class
             WHERE (relispartition OR relnamespace = 'partitions'::regnamespace) AND EXISTS (SELECT FROM grants WHERE grants.relid = oid)`,
  },
  {
    fault: 'lets its archive be written',
    select: `SELECT relname AS subject FROM tables JOIN grants ON grants.relid = tables.oid WHERE relname LIKE 'archive.%' AND privilege <> 'SELECT'`,
  },
  {
    fault: 'has other columns than its archive or the view of both: partitions could not move there',
    select: `SELECT live.relname AS subject FROM pg_class AS live
             JOIN pg_class AS archived ON archived.relname = live.relname AND archived.relnamespace = to_regnamespace('archive')
             JOIN pg_class AS joined ON joined.relname = live.relname || '_with_archive' AND joined.relnamespace = live.relnamespace
             WHERE live.relnamespace = 'public'::regnamespace
               AND (SELECT count(DISTINCT columns) FROM (
                      SELECT array_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attname) AS columns FROM pg_attribute
                      WHERE attrelid IN (live.oid, archived.oid, joined.oid) AND attnum > 0 AND NOT attisdropped GROUP BY attrelid
                    ) AS columns_of_each) > 1`,
  },
  {
    fault: 'is a view that runs as its owner: WITH (security_invoker = true)',
    select: `SELECT relname AS subject FROM pg_class
             WHERE relnamespace = ANY (ARRAY['public', 'reporting']::regnamespace[]) AND relkind IN ('v', 'm')
               AND NOT coalesce(reloptions @> '{security_invoker=true}', false)`,
  },
  {
    fault: 'runs as its owner on the search path of its caller: SET search_path',
    select: `SELECT proname AS subject FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prosecdef
               AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')`,
  },
  {
    fault: 'runs as its owner and may be called by everybody: REVOKE ALL ON FUNCTION … FROM PUBLIC',
    select: `SELECT proname AS subject FROM functions WHERE prosecdef AND prorettype <> 'trigger'::regtype AND role = 'PUBLIC'`,
  },
  {
    fault: 'is a schema that every account of the server may use',
    select: `SELECT nspname AS subject FROM schemas WHERE role = 'PUBLIC'`,
  },
  {
    fault: 'is a schema that reporting accounts may use: they name nothing but their views',
    select: `SELECT nspname AS subject FROM schemas WHERE role = $1 || '_reporting' AND nspname <> 'reporting'`,
  },
  {
    fault: 'is among the reports and no view',
    select: `SELECT relname AS subject FROM pg_class WHERE relnamespace = 'reporting'::regnamespace AND relkind <> 'v'`,
  },
  {
    fault: 'lets reporting accounts do more than read',
    select: `SELECT relname AS subject FROM pg_class
             WHERE EXISTS (SELECT FROM grants WHERE grants.relid = pg_class.oid AND role = $1 || '_reporting' AND privilege <> 'SELECT')`,
  },
  {
    fault: 'lets reporting accounts read what none of their views shows: CALL grant_reports()',
    select: `SELECT DISTINCT relid::regclass || '.' || attname AS subject FROM grants JOIN pg_class ON pg_class.oid = relid
             JOIN pg_attribute ON attrelid = relid AND (attnum = number OR (number = 0 AND attnum > 0 AND NOT attisdropped))
             WHERE role = $1 || '_reporting' AND relnamespace <> 'reporting'::regnamespace
               AND NOT EXISTS (SELECT FROM reported WHERE reported.relid = attrelid AND reported.number = attnum)`,
  },
  {
    fault: 'shows reporting accounts rows that carry a tenant by no condition on it: CALL open_to_reports(…)',
    select: `SELECT relname AS subject FROM tables
             WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = tables.oid AND attname = ANY ($2) AND NOT attisdropped)
               AND EXISTS (SELECT FROM grants WHERE grants.relid = tables.oid AND role = $1 || '_reporting')
               AND NOT EXISTS (SELECT FROM policies WHERE policies.relid = tables.oid AND role = $1 || '_reporting' AND condition ~ 'reporting_')`,
  },
  {
    fault: 'shows reporting accounts a secret or a guest',
    select: `SELECT DISTINCT relid::regclass || '.' || attname AS subject FROM reported JOIN pg_class ON pg_class.oid = relid
             JOIN pg_attribute ON attrelid = relid AND attnum = number
             WHERE (relname = 'customer' OR attname ~ $3) AND relname || '.' || attname <> ALL ($4)`,
  },
  {
    fault: 'is a function that reporting accounts may call',
    select: `SELECT proname AS subject FROM functions WHERE role = $1 || '_reporting' AND proname !~ '^reporting_'`,
  },
  {
    fault: 'is a role that bypasses the wall',
    select: `SELECT rolname AS subject FROM pg_roles
             WHERE rolname = ANY (ARRAY[$1, $1 || '_tenant', $1 || '_chain', $1 || '_worker', $1 || '_reporting'])
               AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)`,
  },
  {
    fault: 'is a role that owns something',
    select: `SELECT DISTINCT rolname AS subject FROM pg_roles JOIN pg_shdepend ON refobjid = pg_roles.oid AND deptype = 'o'
             WHERE rolname = ANY (ARRAY[$1, $1 || '_tenant', $1 || '_chain', $1 || '_worker', $1 || '_reporting'])`,
  },
  {
    fault: 'is missing: the migrations `walls` and `reporting` make the roles',
    select: `SELECT wanted AS subject FROM unnest(ARRAY[$1, $1 || '_tenant', $1 || '_chain', $1 || '_worker', $1 || '_reporting']) AS wanted
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted)`,
  },
];

const CATALOGUE = `
  WITH tables AS (
    SELECT oid, oid::regclass::text AS relname, relrowsecurity, relispartition FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, to_regnamespace('archive')) AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'
  ), grants AS (
    SELECT relid, number, privilege_type AS privilege,
           CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS role
    FROM (
      SELECT oid AS relid, relowner, 0 AS number, relacl AS acl FROM pg_class WHERE relacl IS NOT NULL
      UNION ALL SELECT attrelid, relowner, attnum, attacl FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE attacl IS NOT NULL
    ) AS granted JOIN pg_class ON pg_class.oid = relid, aclexplode(acl)
    WHERE relnamespace <> ALL (ARRAY['pg_catalog', 'information_schema']::regnamespace[]) AND grantee <> granted.relowner
  ), reported AS (
    SELECT DISTINCT refobjid AS relid, refobjsubid AS number FROM pg_class AS report
    JOIN pg_rewrite ON ev_class = report.oid
    JOIN pg_depend ON classid = 'pg_rewrite'::regclass AND objid = pg_rewrite.oid AND refclassid = 'pg_class'::regclass
    WHERE report.relnamespace = 'reporting'::regnamespace AND refobjid <> report.oid
  ), functions AS (
    SELECT proname, prosecdef, prorettype, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS role
    FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
    WHERE pronamespace = ANY (ARRAY['public', 'reporting']::regnamespace[])
  ), schemas AS (
    SELECT nspname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS role
    FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    WHERE nspname IN ('public', 'partitions', 'archive', 'reporting')
  ), policies AS (
    SELECT polrelid AS relid, polname AS name, pg_get_userbyid(role)::text AS role,
           concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) AS condition
    FROM pg_policy, unnest(polroles) AS role
  ), given AS (SELECT $1::text, $2::text[], $3::text, $4::text[])`;

/** What is wrong, as sentences; empty where the wall stands. */
export async function wallFaults(client: ClientBase, subgraph: string): Promise<string[]> {
  const faults: string[] = [];
  for (const { fault, select } of RULES) {
    const { rows } = await client.query<{ subject: string }>(`${CATALOGUE} ${select}`, [
      `kedai_${subgraph}`,
      TENANT_COLUMNS,
      UNREPORTED_COLUMNS,
      REPORTED_NEVERTHELESS,
    ]);
    for (const { subject } of rows) faults.push(`${subgraph}: ${subject} ${fault}`);
  }
  return faults;
}
