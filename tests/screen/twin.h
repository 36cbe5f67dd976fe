/*
 * The numbers of a screen against the JSON of its headless twin.
 *
 * For each row of the picture that names a record of the document (by the record's own words: a
 * run's name, a model and version, a feature …), every number in that row has to be one of that
 * record's numbers, rounded as far as the screen shows it; a count, an age, a duration or a share
 * likewise. The record is told apart by its id, and a row that fits two records is an error of the
 * test. That a wrong number would be found out is tried with each: its first digit is changed.
 *
 * words: LIST FIELD[,FIELD…] COMMAND ARGUMENT…: the document's list of records, the fields whose
 * texts must all stand in the row, and the command.
 */
#ifndef TESTS_SCREEN_TWIN_H
#define TESTS_SCREEN_TWIN_H

#include "base/buf.h"

#include <stdbool.h>

/* Runs the command in this process. `said`: how many numbers were found, or what is wrong. */
bool twin_holds(struct str screen, char **words, int n, struct buf *said);

#endif
