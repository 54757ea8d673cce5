# Databricks notebook source
# DBTITLE 1,When the queue is longest
# MAGIC %md
# MAGIC Writes `coffee.rush_hours`: cups per hour of the day, and the share of the day's cups that this hour has.

# COMMAND ----------

# DBTITLE 1,Month
dbutils.widgets.text("month", "2024-05", "Month")

# COMMAND ----------

# DBTITLE 1,Cups per hour
# MAGIC %sql
# MAGIC CREATE OR REPLACE TABLE coffee.rush_hours AS
# MAGIC SELECT
# MAGIC   shop,
# MAGIC   hour(sold_at) AS hour,
# MAGIC   sum(cups) AS cups,
# MAGIC   round(sum(cups) / sum(sum(cups)) OVER (PARTITION BY shop), 3) AS share
# MAGIC FROM coffee.sales
# MAGIC WHERE date_format(sold_at, 'yyyy-MM') = :month
# MAGIC GROUP BY shop, hour(sold_at)
