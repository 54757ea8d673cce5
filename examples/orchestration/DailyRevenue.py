# Databricks notebook source
# DBTITLE 1,Revenue by shop and day
# MAGIC %md
# MAGIC Writes `coffee.daily_revenue`: what every shop took on every day of the month, and how that compares with the week before.

# COMMAND ----------

# DBTITLE 1,Month
dbutils.widgets.text("month", "2024-05", "Month")
month = dbutils.widgets.get("month")

# COMMAND ----------

# DBTITLE 1,Daily revenue
from pyspark.sql import functions as F
from pyspark.sql.window import Window

sales = spark.table("coffee.sales").withColumn("day", F.to_date("sold_at"))
by_day = sales.groupBy("shop", "day").agg(F.sum("paid").alias("revenue"), F.count("*").alias("sales"))

# Seven rows up is the same weekday: no shop closes for a day.
week_before = F.lag("revenue", 7).over(Window.partitionBy("shop").orderBy("day"))
daily = by_day.withColumn("week_before", week_before).where(F.date_format("day", "yyyy-MM") == month)

daily.write.format("delta").mode("overwrite").saveAsTable("coffee.daily_revenue")

# COMMAND ----------

# DBTITLE 1,How many rows
dbutils.notebook.exit(str(spark.table("coffee.daily_revenue").count()))
