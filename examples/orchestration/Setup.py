# Databricks notebook source
# DBTITLE 1,The till rolls
# MAGIC %md
# MAGIC # Six coffee shops, half a year of sales
# MAGIC
# MAGIC Run this notebook once: it makes the table `coffee.sales` that all others read. The rows are made up, but not at
# MAGIC random: every number is computed from the number of the sale, so everybody gets the same 40,000 of them.

# COMMAND ----------

# DBTITLE 1,Schema
# MAGIC %sql
# MAGIC CREATE SCHEMA IF NOT EXISTS coffee

# COMMAND ----------

# DBTITLE 1,Sales
# MAGIC %sql
# MAGIC CREATE OR REPLACE TABLE coffee.sales AS
# MAGIC WITH drawn AS (
# MAGIC   SELECT
# MAGIC     id AS sale,
# MAGIC     pmod(hash(id, 'day'), 182) AS day,
# MAGIC     pmod(hash(id, 'hour'), 8) + pmod(hash(id, 'later'), 5) AS after_opening,
# MAGIC     pmod(hash(id, 'shop'), 6) AS shop,
# MAGIC     least(pmod(hash(id, 'drink'), 7), pmod(hash(id, 'again'), 7)) AS drink,
# MAGIC     1 + pmod(hash(id, 'cups'), 3) * pmod(hash(id, 'more'), 2) AS cups,
# MAGIC     pmod(hash(id, 'guest'), 900) * pmod(hash(id, 'regular'), 2) AS guest
# MAGIC   FROM range(40000)
# MAGIC )
# MAGIC SELECT
# MAGIC   sale,
# MAGIC   timestampadd(HOUR, 7 + after_opening, timestampadd(DAY, day, TIMESTAMP '2024-01-01')) AS sold_at,
# MAGIC   element_at(array('Altona', 'Barmbek', 'Eimsbüttel', 'Harburg', 'St. Pauli', 'Wandsbek'), shop + 1) AS shop,
# MAGIC   element_at(array('Espresso', 'Cappuccino', 'Flat white', 'Filter', 'Tea', 'Cocoa', 'Affogato'), drink + 1) AS drink,
# MAGIC   cups,
# MAGIC   cups * element_at(array(2.40, 3.60, 3.90, 2.80, 3.00, 3.80, 5.50), drink + 1) AS paid,
# MAGIC   nullif(guest, 0) AS guest
# MAGIC FROM drawn

# COMMAND ----------

# DBTITLE 1,A look at the sales
# MAGIC %sql
# MAGIC SELECT shop, count(*) AS sales, sum(paid) AS paid FROM coffee.sales GROUP BY shop ORDER BY shop
