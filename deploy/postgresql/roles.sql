-- Drei Rollen für Fundstelle in PostgreSQL (14 oder neuer), keine davon ein Superuser:
--
--   fundstelle_owner   legt Tabellen an und stellt sie um: nur für „fundstelle db upgrade“, „db restore“ und „db move“
--   fundstelle_work    liest und schreibt Zeilen: für „fundstelle serve“ und „fundstelle worker“
--   fundstelle_read    liest, was gefunden wurde; nicht, wer sich wie anmeldet
--
-- Als Superuser, in der Datenbank von Fundstelle:
--
--   createdb fundstelle
--   psql -d fundstelle -f roles.sql                                   Rollen und Rechte
--   \password fundstelle_owner   (und die beiden anderen)             in psql
--   DATABASE_URL=postgresql://fundstelle_owner@… fundstelle db upgrade
--   psql -d fundstelle -f roles.sql                                   noch einmal, nach jedem „db upgrade“
--
-- Wer Tabellen schon unter einem anderen Benutzer hat, gibt sie vorher ab: REASSIGN OWNED BY alter_name TO fundstelle_owner;

\set ON_ERROR_STOP on
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role)
FROM unnest(ARRAY['fundstelle_owner', 'fundstelle_work', 'fundstelle_read']) AS role
WHERE role NOT IN (SELECT rolname FROM pg_roles) \gexec

BEGIN;

-- Ohne eigene Erlaubnis darf niemand etwas.
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- CREATE auf der Datenbank, da die Aufträge ein Schema für sich haben; „fundstelle db upgrade“ legt es an.
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"DBNAME" TO fundstelle_owner;
GRANT USAGE, CREATE ON SCHEMA public TO fundstelle_owner;

-- TEMPORARY, da in einer Tabelle gesucht wird, die danach verschwindet.
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO fundstelle_work;
GRANT USAGE ON SCHEMA public TO fundstelle_work, fundstelle_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO fundstelle_work;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO fundstelle_work;
GRANT CONNECT ON DATABASE :"DBNAME" TO fundstelle_read;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO fundstelle_read;

-- Was der Eigentümer künftig anlegt, auch das Schema der Aufträge, darf die arbeitende Rolle gleich benutzen.
ALTER DEFAULT PRIVILEGES FOR ROLE fundstelle_owner GRANT USAGE ON SCHEMAS TO fundstelle_work;
ALTER DEFAULT PRIVILEGES FOR ROLE fundstelle_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fundstelle_work;
ALTER DEFAULT PRIVILEGES FOR ROLE fundstelle_owner GRANT USAGE, SELECT ON SEQUENCES TO fundstelle_work;

-- Wer nur liest, sieht keine Anmeldungen, Einladungen, Schlüssel und Freigaben; von welcher Fassung die Tabellen sind, sagt nur der Eigentümer.
SELECT format('REVOKE ALL ON %I FROM fundstelle_read', name)
FROM unnest(ARRAY['person', 'visit', 'invitation', 'api_key', 'share']) AS name
WHERE to_regclass(format('public.%I', name)) IS NOT NULL \gexec
SELECT 'REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM fundstelle_work'
WHERE to_regclass('public.alembic_version') IS NOT NULL \gexec

COMMIT;
