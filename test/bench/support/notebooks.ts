/** Notebooks for benchmarks: each gives the source of cell `i`. All names are different, so that every notebook program takes them. */
export const notebooks: Readonly<Record<string, (i: number) => string>> = {
  chain: (i) => (i === 0 ? 'x0 = 0' : `x${i} = x${i - 1} + 1`),
  fan: (i) => (i === 0 ? 'x0 = 0' : `y${i} = x0 + ${i}`),
  pandas: (i) => {
    if (i === 0) return 'import pandas as pd\n\ndef clean(frame, limit):\n    return frame[frame["a"] > limit].dropna()'
    if (i % 5 === 1) return `df${i} = pd.read_csv("data/${i}.csv")\ndf${i}["a"] = df${i}["b"] * ${i}`
    if (i % 5 === 0) return `df${i} = df${i - 1}\nprint(df${i}.describe())\ndf${i}.to_csv(f"out/{${i}}.csv")`
    return `df${i} = clean(df${i - 1}, ${i})\ntotal${i} = df${i}.groupby("k")["a"].sum()`
  },
  spark: (i) => {
    if (i === 0) return 'from pyspark.sql import functions as F'
    if (i % 5 === 1) return `df${i} = spark.table("main.sales.t${i}")`
    if (i % 5 === 0) return `df${i - 1}.write.mode("overwrite").saveAsTable("main.out.t${i}")`
    return `df${i} = df${i - 1}.filter(F.col("a") > ${i}).withColumn("b${i}", F.lit(${i}))`
  },
}
