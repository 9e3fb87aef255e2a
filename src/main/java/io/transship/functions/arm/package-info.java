/**
 * The API in the shape of Azure Resource Manager: what a request says (path, {@code api-version}, conditions, body) and what
 * is answered (resources, pages, operations, errors). It asks the core and knows neither the Functions library, which only the
 * functions themselves need, nor Azure.
 */
@NullMarked
package io.transship.functions.arm;

import org.jspecify.annotations.NullMarked;
