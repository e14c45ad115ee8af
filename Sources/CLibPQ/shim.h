// libpq with the few constants that are character macros, which Swift does not import.
#ifndef SILVERBELL_CLIBPQ_SHIM_H
#define SILVERBELL_CLIBPQ_SHIM_H

#include <libpq-fe.h>
#include <sys/eventfd.h>

static const int clibpq_diag_severity_nonlocalized = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int clibpq_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int clibpq_diag_message_primary = PG_DIAG_MESSAGE_PRIMARY;
static const int clibpq_diag_schema_name = PG_DIAG_SCHEMA_NAME;
static const int clibpq_diag_table_name = PG_DIAG_TABLE_NAME;
static const int clibpq_diag_column_name = PG_DIAG_COLUMN_NAME;
static const int clibpq_diag_constraint_name = PG_DIAG_CONSTRAINT_NAME;

#endif
