# Databricks notebook source
# DBTITLE 1,One after another
# MAGIC %md
# MAGIC # The month's tables, one after another
# MAGIC
# MAGIC The way most orchestrators begin: a notebook that calls notebooks. On the platform this is *one* task. While it runs,
# MAGIC nobody sees which notebook it is in; when one fails, all run again; and each waits for the one before, though none
# MAGIC of them needs anything of another.
# MAGIC
# MAGIC Dagbook says so under the cell below (`hidden-workflow`) and can turn it into one task for each notebook.

# COMMAND ----------

# DBTITLE 1,Month
dbutils.widgets.text("month", "2024-05", "Month")
month = dbutils.widgets.get("month")

# COMMAND ----------

# DBTITLE 1,Run all
dbutils.notebook.run("./DailyRevenue", 600, {"month": month})
dbutils.notebook.run("./DrinkRanking", 600, {"month": month})
dbutils.notebook.run("./RushHours", 600, {"month": month})
dbutils.notebook.run("./Guests", 600, {"month": month})
