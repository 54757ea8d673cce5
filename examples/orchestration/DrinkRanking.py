# Databricks notebook source
# DBTITLE 1,What people drink
# MAGIC %md
# MAGIC Writes `coffee.drink_ranking`: the drinks of every shop, best seller first.

# COMMAND ----------

# DBTITLE 1,Month
dbutils.widgets.text("month", "2024-05", "Month")

# COMMAND ----------

# DBTITLE 1,Drink ranking
# MAGIC %sql
# MAGIC CREATE OR REPLACE TABLE coffee.drink_ranking AS
# MAGIC SELECT
# MAGIC   shop,
# MAGIC   drink,
# MAGIC   sum(cups) AS cups,
# MAGIC   rank() OVER (PARTITION BY shop ORDER BY sum(cups) DESC, drink) AS place
# MAGIC FROM coffee.sales
# MAGIC WHERE date_format(sold_at, 'yyyy-MM') = :month
# MAGIC GROUP BY shop, drink
