package brume.diffusion.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What came of a judgement.
 *
 * @param report for programs
 * @param table for people
 * @param written names of the files that hold it
 */
record Told(ObjectNode report, String table, String written) {}
