# Databricks notebook source
# DBTITLE 1,Who comes back
# MAGIC %md
# MAGIC Writes two tables: `coffee.guests`, one row for each guest with a card, and `coffee.guest_groups`, which counts them
# MAGIC by how often they came.

# COMMAND ----------

# DBTITLE 1,Month
dbutils.widgets.text("month", "2024-05", "Month")
month = dbutils.widgets.get("month")

# COMMAND ----------

# DBTITLE 1,Guests
from pyspark.sql import functions as F

guests = (
    spark.table("coffee.sales")
    .where(F.col("guest").isNotNull() & (F.date_format("sold_at", "yyyy-MM") == month))
    .groupBy("guest")
    .agg(
        F.countDistinct(F.to_date("sold_at")).alias("days"),
        F.sum("paid").alias("paid"),
        F.max("sold_at").alias("last_seen"),
    )
)
guests.write.format("delta").mode("overwrite").saveAsTable("coffee.guests")

# COMMAND ----------

# DBTITLE 1,Guest groups
# MAGIC %sql
# MAGIC CREATE OR REPLACE TABLE coffee.guest_groups AS
# MAGIC SELECT
# MAGIC   CASE WHEN days = 1 THEN 'once' WHEN days < 4 THEN 'now and then' ELSE 'regular' END AS comes,
# MAGIC   count(*) AS guests,
# MAGIC   round(avg(paid), 2) AS paid_on_average
# MAGIC FROM coffee.guests
# MAGIC GROUP BY 1
